package perennial.jobs.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import perennial.jobs.UserException;

/**
 * Many learners that differ by one thing at a time, to be learned as one job: a base, axes of variants that are laid over it, and
 * seeds. Immutable.
 *
 * @param name name of the sweep and its job
 * @param title title of its summary
 * @param axes what the learners differ by, in the order they are written; {@link #RUN} is the last of them where there are twins
 * @param seeds seeds that every combination is learned with
 * @param members what reports: the learners, in the order of the axes, seeds last, and beside each twin its free run
 * @param results what is plotted and tabulated
 * @param configuration the learners as a job takes them
 */
public record Sweep(
        String name,
        String title,
        List<Axis> axes,
        List<Long> seeds,
        List<Member> members,
        List<ResultSection> results,
        Configuration configuration) {

    /** The size that is written, without anything of {@code sizes} laid over it. */
    public static final String SMALL = "small";

    /** The axis that tells the two runs of twins apart. */
    public static final String RUN = "run";

    static final String PROJECTED = "projected";
    static final String FREE = "free";

    public Sweep {
        axes = List.copyOf(axes);
        seeds = List.copyOf(seeds);
        members = List.copyOf(members);
        results = List.copyOf(results);
    }

    /**
     * One thing that learners differ by.
     *
     * @param name its name; the path of a key where the variants are its values
     * @param variants names of the variants, in the order they are written
     */
    public record Axis(String name, List<String> variants) {
        public Axis {
            variants = List.copyOf(variants);
        }
    }

    /**
     * One learner of a sweep.
     *
     * @param learner its name
     * @param variants its variant on each axis, in the order of the axes
     * @param seed its seed
     */
    public record Member(String learner, List<String> variants, long seed) {
        public Member {
            variants = List.copyOf(variants);
        }

        /** The same with a variant on one axis more, reporting as {@code name}. */
        Member on(String variant, String name) {
            List<String> more = new ArrayList<>(variants);
            more.add(variant);
            return new Member(name, more, seed);
        }
    }

    /** The place of an axis in {@link Member#variants}. */
    public int axisIndex(String axis) {
        return axes.stream().map(Axis::name).toList().indexOf(axis);
    }

    /**
     * Reads a file.
     *
     * @param size which of its sizes; {@link #SMALL} for the file as it is written
     * @param images folder of images to use in place of those that are drawn
     * @param overrides assignments {@code path=value} laid over it, in order
     * @throws UserException that lists everything that is wrong, or says why the file cannot be read
     */
    public static Sweep load(Path file, String size, Optional<Path> images, List<String> overrides) {
        try (InputStream stream = Files.newInputStream(file)) {
            String text = Configuration.text(stream, file.toString());
            return parse(text, file.toString(), size, images, overrides, System::getenv);
        } catch (IOException e) {
            throw UserException.usage("a sweep must be a file that can be read: file=" + file + " error=" + e);
        }
    }

    /**
     * Reads a text.
     *
     * @param source what errors call it
     * @param size which of its sizes; {@link #SMALL} for the text as it is written
     * @param images folder of images to use in place of those that are drawn
     * @param overrides assignments {@code path=value} laid over it, in order
     * @param environment gives the value of an environment variable, or null
     * @throws UserException that lists everything that is wrong
     */
    public static Sweep parse(
            String text,
            String source,
            String size,
            Optional<Path> images,
            List<String> overrides,
            UnaryOperator<String> environment) {
        return new SweepReader(source, environment).read(text, size, images, overrides);
    }
}

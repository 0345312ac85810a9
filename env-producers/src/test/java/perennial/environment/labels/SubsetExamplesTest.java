package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;

class SubsetExamplesTest {

    private static final int CLASSES = 20;
    private static final int OF_EACH = 6;
    private static final int EXAMPLES = 40;

    @Property(tries = 50)
    void shouldAlternateFiveClassesAndOneAndNeverShowAClassTwice(@ForAll long seed) {
        List<Set<Integer>> classes = classesOfTasks(new Change.ClassSubsets(List.of(5, 1), false, false), seed, 6);

        assertThat(classes).extracting(Set::size).containsExactly(5, 1, 5, 1, 5, 1);
        assertThat(classes.stream().flatMap(Set::stream).collect(Collectors.toSet()))
                .hasSize(18);
    }

    @Property(tries = 50)
    void shouldPairAllClassesBeforeAnyComesAgain(@ForAll long seed) {
        List<Set<Integer>> pairs = classesOfTasks(new Change.ClassSubsets(List.of(2), true, false), seed, 20);

        for (List<Set<Integer>> round : List.of(pairs.subList(0, 10), pairs.subList(10, 20))) {
            assertThat(round.stream().flatMap(Set::stream).collect(Collectors.toSet()))
                    .hasSize(CLASSES);
        }
        assertThat(pairs.subList(0, 10)).isNotEqualTo(pairs.subList(10, 20));
    }

    @Property(tries = 50)
    void shouldBeginAnotherOrderWhereTooFewClassesAreLeft(@ForAll long seed) {
        List<Set<Integer>> classes = classesOfTasks(new Change.ClassSubsets(List.of(7), true, false), seed, 4);

        assertThat(classes).extracting(Set::size).containsExactly(7, 7, 7, 7);
        assertThat(classes.get(0)).doesNotContainAnyElementsOf(classes.get(1));
        assertThat(classes.get(2)).doesNotContainAnyElementsOf(classes.get(3));
    }

    @Property(tries = 50)
    void shouldShowEveryImageOfTheTaskOnceInEveryPassAndBeginPassesWithTheTask(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int size) {
        Change.ClassSubsets subsets = new Change.ClassSubsets(List.of(size), true, false);
        LabelStream stream = new LabelStream(Specs.spec(unused(), subsets, seed, 5, EXAMPLES), images());
        int members = size * OF_EACH;

        for (int task = 0; task < 5; task++) {
            List<Byte> shown = new ArrayList<>();
            while (stream.next() && !stream.isReset()) {
                shown.add(stream.image()[0]);
            }
            Set<Byte> ofTask = new HashSet<>(shown.subList(0, members));
            assertThat(ofTask).hasSize(members);
            for (int pass = 1; (pass + 1) * members <= EXAMPLES; pass++) {
                assertThat(shown.subList(pass * members, (pass + 1) * members))
                        .containsExactlyInAnyOrderElementsOf(ofTask);
            }
        }
    }

    @Test
    void shouldCallAnImageByItsTrueClass() {
        LabelStream stream = stream(new Change.ClassSubsets(List.of(5, 1), false, false), 1, 6);

        assertThat(stream.classes()).isEqualTo(CLASSES);
        while (stream.next()) {
            if (!stream.isReset()) {
                assertThat(stream.label()).isEqualTo(stream.image()[0] / OF_EACH);
            }
        }
    }

    @Test
    void shouldNumberTheClassesOfATaskFromZeroIfAsked() {
        LabelStream stream = stream(new Change.ClassSubsets(List.of(2), false, true), 1, 10);
        LabelStream unnumbered = stream(new Change.ClassSubsets(List.of(2), false, false), 1, 10);

        assertThat(stream.classes()).isEqualTo(2);
        for (int task = 0; task < 10; task++) {
            Set<List<Integer>> names = new HashSet<>();
            while (stream.next() && unnumbered.next() && !stream.isReset()) {
                names.add(List.of(stream.label(), unnumbered.label()));
            }
            assertThat(names).extracting(name -> name.get(0)).containsExactlyInAnyOrder(0, 1);
        }
    }

    @Test
    void shouldUseOnlyClassesThatThereAreImagesOf() {
        ImageSet three = new ImageSet(1, 1, 1, 9, new byte[] {2, 5, 8}, new int[] {2, 5, 8});
        LabelStream stream = new LabelStream(
                Specs.spec(unused(), new Change.ClassSubsets(List.of(1), false, false), 1, 3, 1), three);

        Set<Integer> labels = new HashSet<>();
        while (stream.next()) {
            if (!stream.isReset()) {
                labels.add(stream.label());
            }
        }

        assertThat(labels).containsExactlyInAnyOrder(2, 5, 8);
    }

    @Test
    void shouldRefuseTasksThatNeedMoreClassesThanThereAre() {
        assertThat(stream(new Change.ClassSubsets(List.of(5, 1), false, false), 1, 6)
                        .next())
                .isTrue();
        assertThatThrownBy(() -> stream(new Change.ClassSubsets(List.of(5, 1), false, false), 1, 7))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("sizes=[5, 1] resets=7 classes=20; set resets to fewer tasks");
        assertThatThrownBy(() -> stream(new Change.ClassSubsets(List.of(2), false, false), 1, 0))
                .isInstanceOf(EnvironmentException.class);
        assertThatThrownBy(() -> stream(new Change.ClassSubsets(List.of(2, 21), true, false), 1, 2))
                .isInstanceOf(EnvironmentException.class)
                .hasMessageContaining("more classes than the images are of");
        assertThatThrownBy(() -> new Change.ClassSubsets(List.of(), true, true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Change.ClassSubsets(List.of(1, 0), true, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Set<Integer>> classesOfTasks(Change.ClassSubsets subsets, long seed, int tasks) {
        LabelStream stream = stream(subsets, seed, tasks);
        List<Set<Integer>> classes = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            Set<Integer> ofTask = new HashSet<>();
            while (stream.next() && !stream.isReset()) {
                ofTask.add(stream.label());
            }
            classes.add(ofTask);
        }
        return classes;
    }

    /** Examples enough for each task to show all of at most six classes, or seven at random. */
    private static LabelStream stream(Change.ClassSubsets subsets, long seed, int tasks) {
        return new LabelStream(Specs.spec(unused(), subsets, seed, tasks, 7 * OF_EACH), images());
    }

    private static Images unused() {
        return new Images.Synthetic(1, 1, 1, CLASSES, CLASSES * OF_EACH, 0);
    }

    /** Six images of each of 20 classes; image i has one pixel, i. */
    private static ImageSet images() {
        byte[] pixels = new byte[CLASSES * OF_EACH];
        int[] labels = new int[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
            labels[i] = i / OF_EACH;
        }
        return new ImageSet(1, 1, 1, CLASSES, pixels, labels);
    }
}

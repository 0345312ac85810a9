package perennial.jobs.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.ImageSet;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.jobs.UserException;

/** Images in files, in place of those that the learners of a sweep would draw. */
final class ImageFolder {

    private static final Place PLACE = new Place("--images", 0);
    private static final String LABELS = "labels";
    private static final String IMAGES = "images";
    private static final String TASK = "task";

    private ImageFolder() {}

    /**
     * {@code learner} with the images in {@code folder}, as many as it had, and inputs of their shape.
     *
     * @throws UserException if there are no images, or the learner has no stream of any
     */
    static Node.Mapping in(Node.Mapping learner, Path folder) {
        if (!(learner.entries().get(LABELS) instanceof Node.Mapping labels)) {
            throw UserException.usage("--images needs a sweep with learner.labels, whose images it replaces");
        }
        if (!Files.isDirectory(folder)) {
            throw UserException.usage("--images must name a folder: " + folder + " is none");
        }
        boolean cifar = holdsCifar(folder);
        ImageSet first = first(cifar ? new Images.Cifar10(folder, 1) : new Images.Idx(folder, 1));
        Map<String, Node> images = new LinkedHashMap<>();
        images.put(Keys.TYPE, scalar(cifar ? "cifar10" : "idx"));
        images.put("directory", scalar(folder.toAbsolutePath().toString()));
        if (labels.entries().get(IMAGES) instanceof Node.Mapping drawn
                && drawn.entries().containsKey("count")) {
            images.put("count", drawn.entries().get("count"));
        }
        Node.Mapping task = learner.entries().get(TASK) instanceof Node.Mapping written
                ? written
                : new Node.Mapping(PLACE, Map.of());
        Node shape = new Node.Sequence(
                PLACE,
                Stream.of(first.channels(), first.rows(), first.columns())
                        .map(size -> scalar(size.toString()))
                        .toList());
        return learner.with(LABELS, labels.with(IMAGES, new Node.Mapping(PLACE, images)))
                .with(TASK, task.with("input", shape));
    }

    private static boolean holdsCifar(Path folder) {
        return Stream.of("data_batch_1.bin", "test_batch.bin")
                .anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    private static ImageSet first(Images images) {
        try {
            return ImageSet.load(images, 0);
        } catch (EnvironmentException e) {
            throw UserException.usage("--images: " + e.getMessage());
        }
    }

    private static Node scalar(String text) {
        return new Node.Scalar(PLACE, text, false);
    }
}

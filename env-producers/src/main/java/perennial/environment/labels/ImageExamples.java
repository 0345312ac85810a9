package perennial.environment.labels;

/**
 * Examples of all images, whose classes or pixels change from task to task. Example e of task t is example {@code g = t *
 * examplesPerTask + e} of the whole stream, and shows the image at place {@code g % count} of pass {@code g / count}: a pass
 * goes on where a task ends.
 */
final class ImageExamples implements Examples {

    private final ImageSet images;
    private final long examplesPerTask;
    private final TaskContent content;
    private final RandomOrder order;

    private int contentTask;
    private int shown;

    ImageExamples(LabelStreamSpec spec, ImageSet images) {
        this.images = images;
        this.examplesPerTask = spec.examplesPerTask();
        this.content = TaskContent.of(spec.change(), images, spec.seed());
        this.order = new RandomOrder(Purpose.ORDER_OF_PASS, spec.seed(), images.count());
    }

    @Override
    public int inputSize() {
        return images.imageSize();
    }

    @Override
    public int classes() {
        return content.classes();
    }

    @Override
    public void show(int task, long example, byte[] input) {
        if (task != contentTask) {
            content.moveTo(task);
            contentTask = task;
        }
        long ofStream = task * examplesPerTask + example;
        int count = images.count();
        shown = order.at(ofStream / count, count, (int) (ofStream % count));
        content.copyImage(shown, input);
    }

    @Override
    public int label() {
        return content.label(shown);
    }

    @Override
    public float target() {
        return content.target(shown);
    }

    @Override
    public ResetKind kind() {
        return content.kind();
    }

    @Override
    public String note() {
        return content.note();
    }
}

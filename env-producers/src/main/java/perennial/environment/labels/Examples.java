package perennial.environment.labels;

/** What the examples of a stream look like in each of its tasks. */
sealed interface Examples permits ImageExamples, SubsetExamples, BitExamples {

    /** Number of values of an input. */
    int inputSize();

    /** Number of classes, every label being less; 0 where examples have target values. */
    int classes();

    /**
     * Makes an example the current one.
     *
     * @param task number of the task
     * @param example place of the example within the task
     * @param input Modified: receives the input
     */
    void show(int task, long example, byte[] input);

    /** Class of the current example; without meaning where examples have target values. */
    int label();

    /** Target value of the current example; without meaning where examples have classes. */
    float target();

    /** What the start of a task changes. */
    ResetKind kind();

    /** The same in words. */
    String note();

    /** The examples that {@code spec} describes, with its images read or drawn. */
    static Examples load(LabelStreamSpec spec) {
        if (spec.images() instanceof LabelStreamSpec.Images.Bits bits) {
            return new BitExamples(spec, bits, (LabelStreamSpec.Change.SlowBits) spec.change());
        }
        return of(spec, ImageSet.load(spec.images(), spec.seed()));
    }

    /** The examples that {@code spec} describes, of images that are there already. */
    static Examples of(LabelStreamSpec spec, ImageSet images) {
        if (spec.change() instanceof LabelStreamSpec.Change.ClassSubsets subsets) {
            return new SubsetExamples(spec, images, subsets);
        }
        return new ImageExamples(spec, images);
    }
}

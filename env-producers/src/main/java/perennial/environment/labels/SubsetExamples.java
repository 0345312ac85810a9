package perennial.environment.labels;

import java.util.Arrays;
import java.util.stream.IntStream;
import perennial.environment.EnvironmentException;
import perennial.environment.labels.LabelStreamSpec.Change;

/**
 * Examples of the images of a few classes, others in each task. The classes are taken from a random order of those that
 * there are images of; a task that
 * finds too few left begins another order. Passes over the images of a task begin with it: a pass whose first example is
 * example g of the whole stream is in random order number g.
 */
final class SubsetExamples implements Examples {

    private final ImageSet images;
    private final Change.ClassSubsets subsets;
    private final long examplesPerTask;

    /** The classes that there are images of. */
    private final int[] present;

    private final RandomOrder classOrder;
    private final RandomOrder order;

    /** The images of the current task, and how many there are. */
    private final int[] members;

    private int memberCount;

    /** What each class is called in the current task; -1 for classes that it lacks. */
    private final int[] names;

    private int currentTask = -1;
    private int classOrderNumber;
    private int classesTaken;
    private int shown;

    SubsetExamples(LabelStreamSpec spec, ImageSet images, Change.ClassSubsets subsets) {
        this.images = images;
        this.subsets = subsets;
        this.examplesPerTask = spec.examplesPerTask();
        this.present = present(images);
        this.classOrder = new RandomOrder(Purpose.CLASS_ORDER, spec.seed(), present.length);
        this.order = new RandomOrder(Purpose.ORDER_WITHIN_TASK, spec.seed(), images.count());
        this.members = new int[images.count()];
        this.names = new int[images.classes()];
        requireClasses(spec);
    }

    private static int[] present(ImageSet images) {
        boolean[] found = new boolean[images.classes()];
        for (int i = 0; i < images.count(); i++) {
            found[images.label(i)] = true;
        }
        return IntStream.range(0, found.length).filter(i -> found[i]).toArray();
    }

    private void requireClasses(LabelStreamSpec spec) {
        if (subsets.largestSize() > present.length) {
            throw new EnvironmentException("a task must not have more classes than the images are of: sizes="
                    + subsets.sizes() + " classes=" + present.length);
        }
        if (subsets.reused()) {
            return;
        }
        int needed = 0;
        for (int task = 0; needed <= present.length && (spec.resets() == 0 || task < spec.resets()); task++) {
            needed += subsets.size(task);
        }
        if (needed > present.length) {
            throw new EnvironmentException("the tasks must not need more classes than the images are of: sizes="
                    + subsets.sizes() + " resets=" + spec.resets() + " classes=" + present.length
                    + "; set resets to fewer tasks, or reused to true so that classes come again");
        }
    }

    @Override
    public int inputSize() {
        return images.imageSize();
    }

    @Override
    public int classes() {
        return subsets.renumbered() ? subsets.largestSize() : images.classes();
    }

    @Override
    public void show(int task, long example, byte[] input) {
        if (task != currentTask) {
            moveTo(task);
        }
        long begin = example - example % memberCount;
        shown = members[order.at(task * examplesPerTask + begin, memberCount, (int) (example - begin))];
        images.copyImage(shown, input);
    }

    private void moveTo(int task) {
        if (task < currentTask) {
            currentTask = -1;
            classOrderNumber = 0;
            classesTaken = 0;
        }
        while (currentTask < task) {
            if (currentTask >= 0) {
                classesTaken += subsets.size(currentTask);
            }
            currentTask++;
            if (classesTaken + subsets.size(currentTask) > present.length) {
                classOrderNumber++;
                classesTaken = 0;
            }
        }
        take(subsets.size(task));
    }

    private void take(int size) {
        Arrays.fill(names, -1);
        for (int i = 0; i < size; i++) {
            int taken = present[classOrder.at(classOrderNumber, present.length, classesTaken + i)];
            names[taken] = subsets.renumbered() ? i : taken;
        }
        memberCount = 0;
        for (int i = 0; i < images.count(); i++) {
            if (names[images.label(i)] >= 0) {
                members[memberCount++] = i;
            }
        }
    }

    @Override
    public int label() {
        return names[images.label(shown)];
    }

    @Override
    public float target() {
        throw new IllegalStateException("the examples have classes, not target values: sizes=" + subsets.sizes());
    }

    @Override
    public ResetKind kind() {
        return ResetKind.OTHER;
    }

    @Override
    public String note() {
        return "the images are of other classes, " + subsets.sizes() + " in turn";
    }
}

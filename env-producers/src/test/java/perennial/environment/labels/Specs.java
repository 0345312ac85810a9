package perennial.environment.labels;

import java.util.List;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;

/** Small streams for tests. */
public final class Specs {

    /** Every change in every variant. */
    public static final List<Change> CHANGES = List.of(
            new Change.RandomLabels(),
            new Change.ClassPermutation(false),
            new Change.ClassPermutation(true),
            new Change.PixelPermutation(false),
            new Change.PixelPermutation(true),
            new Change.PartialRelabelling(0.3),
            new Change.LabelPermutation(),
            new Change.ClassSubsets(List.of(2, 1), true, false),
            new Change.ClassSubsets(List.of(1, 2), true, true),
            new Change.TargetMeans(List.of(5.0, -2.0), 0.5),
            new Change.SlowBits(false),
            new Change.SlowBits(true));

    public static final int IMAGES = 12;

    private Specs() {}

    /** 12 images of 2 x 3 x 4 pixels and 5 classes; 6 resets; 17 examples for each task, so that passes cross tasks. */
    public static LabelStreamSpec small(Change change) {
        return spec(new Images.Synthetic(2, 3, 4, 5, IMAGES, 0.6), change, 7, 6, 17);
    }

    /** Bits take the place of the images where the change is one of bits. */
    public static LabelStreamSpec spec(Images images, Change change, long seed, long resets, long examplesPerTask) {
        Images fitting = change instanceof Change.SlowBits ? new Images.Bits(6, 18, 10, 0.7) : images;
        return new LabelStreamSpec("small", fitting, change, seed, resets, examplesPerTask, 0);
    }
}

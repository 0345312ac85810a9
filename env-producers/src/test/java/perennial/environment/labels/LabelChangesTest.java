package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.environment.labels.LabelStreamSpec.Pixels;

/** What holds for every seed and task, of what images are called and where their pixels are. */
class LabelChangesTest {

    private static final int CLASSES = 7;

    @Property(tries = 100)
    void shouldPermuteClasses(@ForAll long seed, @ForAll @IntRange(max = 30) int task, @ForAll boolean composed) {
        int[] permutation = classPermutation(seed, task, composed);

        assertThat(Arrays.stream(permutation).sorted().toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Property(tries = 100)
    void shouldComposeThePermutationsOfTheTasksSoFar(@ForAll long seed, @ForAll @IntRange(max = 12) int task) {
        int[] expected = {0, 1, 2, 3, 4, 5, 6};
        for (int i = 1; i <= task; i++) {
            int[] fresh = classPermutation(seed, i, false);
            expected = Arrays.stream(expected).map(label -> fresh[label]).toArray();
        }

        assertThat(classPermutation(seed, task, true)).isEqualTo(expected);
    }

    @Property(tries = 50)
    void shouldComposePixelPermutationsLikewise(@ForAll long seed, @ForAll @IntRange(max = 12) int task) {
        ImageSet images = numbered(12);
        int[] expected = new int[12];
        Arrays.setAll(expected, i -> i);
        for (int i = 1; i <= task; i++) {
            byte[] moved = shown(images, new Change.PixelPermutation(false), seed, i);
            int[] before = expected.clone();
            // Pixel p of the image so far is found where the fresh permutation puts a pixel at p.
            for (int place = 0; place < 12; place++) {
                expected[place] = before[moved[place]];
            }
        }

        byte[] composed = shown(images, new Change.PixelPermutation(true), seed, task);

        for (int place = 0; place < 12; place++) {
            assertThat((int) composed[place]).isEqualTo(expected[place]);
        }
    }

    @Property(tries = 100)
    void shouldKeepTheNumberOfImagesOfEveryClassWhenLabelsAreDealtOut(
            @ForAll long seed, @ForAll @IntRange(max = 100) int task, @ForAll @IntRange(min = 1, max = 60) int count) {
        ImageSet images = images(count, seed);
        TaskContent content = TaskContent.of(new Change.LabelPermutation(), images, seed);

        content.moveTo(task);

        int[] dealt = new int[CLASSES];
        int[] truth = new int[CLASSES];
        for (int i = 0; i < count; i++) {
            dealt[content.label(i)]++;
            truth[images.label(i)]++;
        }
        assertThat(dealt).isEqualTo(truth);
    }

    @Test
    void shouldDealLabelsOutIndependentlyOfTheTruth() {
        ImageSet images = images(70_000, 1);
        TaskContent content = TaskContent.of(new Change.LabelPermutation(), images, 1);

        for (int task = 0; task < 3; task++) {
            content.moveTo(task);
            int kept = 0;
            for (int i = 0; i < images.count(); i++) {
                kept += content.label(i) == images.label(i) ? 1 : 0;
            }

            // One in seven is expected, 10000, with a standard deviation below 93.
            assertThat(kept).isBetween(9_500, 10_500);
        }
    }

    @Test
    void shouldChangeAboutThatFractionOfTheLabels() {
        int count = 50_000;
        ImageSet images = images(count, 3);
        for (double fraction : new double[] {0.01, 0.1, 0.5, 1}) {
            TaskContent content = TaskContent.of(new Change.PartialRelabelling(fraction), images, 3);
            int[] before = labels(content, count);
            for (int task = 1; task <= 3; task++) {
                content.moveTo(task);
                int[] after = labels(content, count);
                int changed = 0;
                for (int i = 0; i < count; i++) {
                    changed += before[i] == after[i] ? 0 : 1;
                }
                before = after;

                // Exactly fraction * count are drawn, and each draw gives another class with probability 6/7: binomial,
                // and within five standard deviations for this seed.
                double drawn = fraction * count;
                double deviation = Math.sqrt(drawn * 6 / 7 * 1 / 7);
                assertThat((double) changed).isCloseTo(drawn * 6 / 7, within(5 * deviation));
            }
        }
    }

    @Test
    void shouldDrawTargetsAroundTheMeanOfTheTask() {
        int count = 40_000;
        ImageSet images = images(count, 5);
        TaskContent content = TaskContent.of(new Change.TargetMeans(List.of(100.0, 0.0), 2), images, 5);

        for (int task : new int[] {0, 1, 2, 3}) {
            content.moveTo(task);
            double sum = 0;
            double squares = 0;
            double mean = task % 2 == 0 ? 100 : 0;
            for (int i = 0; i < count; i++) {
                sum += content.target(i) - mean;
                squares += Math.pow(content.target(i) - mean, 2);
            }

            // The mean of so many has a standard deviation of 0.01, and their deviation one of 0.007.
            assertThat(sum / count).isCloseTo(0, within(0.05));
            assertThat(Math.sqrt(squares / count)).isCloseTo(2, within(0.04));
        }
    }

    @Test
    void shouldDrawNewTargetsForEveryTaskAndKeepThemWithinIt() {
        LabelStreamSpec spec = Specs.spec(
                new Images.Synthetic(1, 4, 4, 2, 10, 0.5), new Change.TargetMeans(List.of(3.0), 1), 1, 2, 20);
        List<Item> items = Item.all(LabelStream.open(spec));

        List<Float> first =
                items.subList(0, 20).stream().map(Item::target).distinct().toList();
        List<Float> second =
                items.subList(21, 41).stream().map(Item::target).distinct().toList();

        assertThat(first).hasSize(10);
        assertThat(second).hasSize(10).doesNotContainAnyElementsOf(first);
    }

    @Test
    void shouldSayPixelsAroundZeroIfAsked() {
        LabelStreamSpec bytes =
                Specs.spec(new Images.Synthetic(1, 4, 4, 2, 10, 0.5), new Change.PixelPermutation(false), 1, 2, 20);
        LabelStreamSpec spec =
                new LabelStreamSpec("s", bytes.images(), Pixels.CENTRED, bytes.change(), bytes.seed(), 2, 20, 0);
        LabelStream centred = LabelStream.open(spec);
        LabelStream plain = LabelStream.open(bytes);

        assertThat(plain.holdsFloats()).isFalse();
        assertThat(plain.values()).isEmpty();
        assertThat(centred.holdsFloats()).isTrue();
        while (centred.next()) {
            plain.next();
            assertThat(centred.image()).isEqualTo(plain.image());
            for (int i = 0; i < 16; i++) {
                double pixel = (plain.image()[i] & 0xff) / 255.0;
                assertThat(centred.values()[i]).isEqualTo((float) ((pixel - 0.5) / 0.5));
            }
        }
    }

    @Test
    void shouldRefuseATargetThatIsNoNumber() {
        assertThatThrownBy(() -> new Change.TargetMeans(List.of(1.0, Double.NaN), 1))
                .hasMessageContaining("means must be finite");
        assertThatThrownBy(() -> new Change.TargetMeans(List.of(), 1)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new Change.TargetMeans(List.of(1.0), -1)).hasMessageContaining("deviation=-1.0");
    }

    private static int[] classPermutation(long seed, int task, boolean composed) {
        // One image of each class, so that its labels are the permutation.
        int[] classes = {0, 1, 2, 3, 4, 5, 6};
        ImageSet images = new ImageSet(1, 1, 1, CLASSES, new byte[CLASSES], classes);
        TaskContent content = TaskContent.of(new Change.ClassPermutation(composed), images, seed);
        content.moveTo(task);
        return labels(content, CLASSES);
    }

    private static int[] labels(TaskContent content, int count) {
        int[] labels = new int[count];
        Arrays.setAll(labels, content::label);
        return labels;
    }

    /** One image whose pixels are 0, 1, 2 and so on. */
    private static ImageSet numbered(int pixels) {
        byte[] values = new byte[pixels];
        for (int i = 0; i < pixels; i++) {
            values[i] = (byte) i;
        }
        return new ImageSet(1, 1, pixels, 2, values, new int[] {0});
    }

    private static byte[] shown(ImageSet images, Change change, long seed, int task) {
        TaskContent content = TaskContent.of(change, images, seed);
        content.moveTo(task);
        byte[] shown = new byte[images.imageSize()];
        content.copyImage(0, shown);
        return shown;
    }

    private static ImageSet images(int count, long seed) {
        return ImageSet.load(new Images.Synthetic(1, 1, 1, CLASSES, count, 0.5), seed);
    }
}

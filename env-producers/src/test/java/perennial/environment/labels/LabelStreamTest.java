package perennial.environment.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;
import perennial.environment.labels.LabelStreamSpec.Pixels;

class LabelStreamTest {

    private static final int GOLDEN_RECORDS = 1_000;

    static List<Change> changes() {
        return Specs.CHANGES;
    }

    @Provide
    Arbitrary<Change> anyChange() {
        return Arbitraries.of(Specs.CHANGES);
    }

    @Property(tries = 150)
    void shouldReachAnyPlaceAsIfItHadIteratedThere(
            @ForAll("anyChange") Change change,
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 20) int anyImages,
            @ForAll @LongRange(min = 1, max = 30) long examplesPerTask,
            @ForAll @LongRange(min = 1, max = 8) long resets,
            @ForAll @IntRange(max = 100) int percent,
            @ForAll @IntRange(max = 100) int otherPercent) {
        // Enough for two classes at least.
        int images = change instanceof Change.ClassSubsets ? 40 : anyImages;
        LabelStreamSpec spec =
                Specs.spec(new Images.Synthetic(1, 2, 3, 4, images, 0.5), change, seed, resets, examplesPerTask);
        List<Item> expected = Item.all(LabelStream.open(spec));
        LabelStream stream = LabelStream.open(spec);

        for (int place : new int[] {percent, otherPercent}) {
            int sequence = (int) (spec.length() * place / 100);
            stream.seek(sequence);

            assertThat(Item.all(stream)).isEqualTo(expected.subList(sequence, expected.size()));
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldBeEqualForEqualSpecs(Change change) {
        LabelStreamSpec spec = Specs.small(change);

        assertThat(Item.all(LabelStream.open(spec))).isEqualTo(Item.all(LabelStream.open(Specs.small(change))));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldDifferForAnotherSeed(Change change) {
        Images images = new Images.Synthetic(1, 4, 4, 5, 30, 0.5);

        List<Item> one = Item.all(LabelStream.open(Specs.spec(images, change, 1, 3, 50)));
        List<Item> other = Item.all(LabelStream.open(Specs.spec(images, change, 2, 3, 50)));

        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void shouldCloseEveryTaskWithAResetThatAnnouncesTheNext() {
        LabelStreamSpec spec = Specs.small(new Change.RandomLabels());

        List<Item> items = Item.all(LabelStream.open(spec));

        assertThat(items).hasSize(6 * 18).hasSize((int) spec.length());
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            assertThat(item.sequence()).isEqualTo(i);
            assertThat(item.reset()).isEqualTo(i % 18 == 17);
            assertThat(item.task()).isEqualTo(item.reset() ? i / 18 + 1 : i / 18);
        }
    }

    @Test
    void shouldShowEveryImageOnceInEveryPassThoughPassesCrossTasks() {
        LabelStream stream = LabelStream.open(Specs.small(new Change.ClassPermutation(false)));

        List<List<Byte>> shown = Item.all(stream).stream()
                .filter(i -> !i.reset())
                .map(Item::image)
                .toList();

        Set<List<List<Byte>>> orders = new HashSet<>();
        for (int pass = 0; pass + 1 <= shown.size() / Specs.IMAGES; pass++) {
            List<List<Byte>> order = shown.subList(pass * Specs.IMAGES, (pass + 1) * Specs.IMAGES);
            assertThat(new HashSet<>(order)).hasSize(Specs.IMAGES);
            orders.add(order);
        }
        assertThat(orders).hasSize(6 * 17 / Specs.IMAGES);
    }

    @Test
    void shouldEndAtItsLengthAndStayThere() {
        LabelStream stream = LabelStream.open(Specs.small(new Change.RandomLabels()));
        stream.seek(stream.spec().length());

        assertThat(stream.next()).isFalse();
        assertThat(stream.next()).isFalse();
    }

    @Test
    void shouldNotEndWithoutAnEnd() {
        LabelStreamSpec spec =
                Specs.spec(new Images.Synthetic(1, 2, 2, 3, 4, 0.5), new Change.PixelPermutation(true), 1, 0, 9);
        LabelStream stream = LabelStream.open(spec);
        stream.seek(1_000_004);

        assertThat(stream.next()).isTrue();

        assertThat(stream.sequence()).isEqualTo(1_000_004);
        assertThat(stream.task()).isEqualTo(100_000);
    }

    @Test
    void shouldReachTheLastPlaceOfALongStream() {
        LabelStreamSpec spec = Specs.spec(
                new Images.Synthetic(1, 2, 2, 3, 4, 0.5),
                new Change.RandomLabels(),
                1,
                Integer.MAX_VALUE,
                (1L << 32) - 2);
        LabelStream stream = LabelStream.open(spec);
        stream.seek(spec.length() - 2);

        assertThat(stream.next()).isTrue();
        assertThat(stream.isReset()).isFalse();
        assertThat(stream.next()).isTrue();
        assertThat(stream.isReset()).isTrue();
        assertThat(stream.task()).isEqualTo(Integer.MAX_VALUE);
        assertThat(stream.next()).isFalse();
    }

    @Test
    void shouldRefuseAPlaceOutsideTheStream() {
        LabelStream stream = LabelStream.open(Specs.small(new Change.RandomLabels()));

        assertThatThrownBy(() -> stream.seek(109))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sequence=109 length=108");
        assertThatThrownBy(() -> stream.seek(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseAStreamThatCannotBeCounted() {
        assertThatThrownBy(() ->
                        Specs.spec(new Images.Synthetic(1, 1, 1, 2, 1, 0), new Change.RandomLabels(), 1, 1L << 31, 10))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Specs.spec(
                        new Images.Synthetic(1, 1, 1, 2, 1, 0), new Change.RandomLabels(), 1, 4, Long.MAX_VALUE / 4))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldDrawRandomLabelsUniformlyForTaskZeroToo() {
        Images images = new Images.Synthetic(1, 1, 1, 10, 20_000, 0.5);
        LabelStreamSpec spec = Specs.spec(images, new Change.RandomLabels(), 3, 2, 20_000);
        ImageSet imageSet = ImageSet.load(images, 3);
        LabelStream stream = new LabelStream(spec, imageSet);

        for (int task = 0; task < 2; task++) {
            int[] counts = new int[10];
            for (int i = 0; i < 20_000; i++) {
                assertThat(stream.next()).isTrue();
                counts[stream.label()]++;
            }
            stream.next();

            // 2000 of each are expected, with a standard deviation of 42.
            for (int count : counts) {
                assertThat(count).isBetween(1_790, 2_210);
            }
        }
    }

    @Test
    void shouldGiveAnImageOneRandomLabelForAWholeTask() {
        Images images = new Images.Synthetic(1, 4, 4, 10, 20, 0.5);
        LabelStream stream = LabelStream.open(Specs.spec(images, new Change.RandomLabels(), 3, 3, 200));

        List<Map<List<Byte>, Integer>> labels = labelsOfTasks(stream, 3);

        assertThat(new HashSet<>(labels)).hasSize(3);
    }

    @Test
    void shouldPermuteTheTrueClassesFromTaskOneOn() {
        Images images = new Images.Synthetic(1, 4, 4, 6, 40, 0.5);
        LabelStreamSpec spec = Specs.spec(images, new Change.ClassPermutation(false), 5, 5, 40);
        ImageSet truth = ImageSet.load(images, 5);

        List<Map<List<Byte>, Integer>> labels = labelsOfTasks(new LabelStream(spec, truth), 5);

        for (int task = 0; task < 5; task++) {
            int[] permutation = permutationOfTask(truth, labels.get(task), 6);
            assertThat(Arrays.stream(permutation).distinct()).hasSize(6);
            if (task == 0) {
                assertThat(permutation).containsExactly(0, 1, 2, 3, 4, 5);
            } else {
                assertThat(permutation).isEqualTo(drawn(Purpose.CLASS_PERMUTATION, 5, task, 6));
            }
        }
    }

    @Test
    void shouldApplyComposedClassPermutationsToTheCurrentLabels() {
        Images images = new Images.Synthetic(1, 4, 4, 6, 40, 0.5);
        LabelStreamSpec spec = Specs.spec(images, new Change.ClassPermutation(true), 5, 4, 40);
        ImageSet truth = ImageSet.load(images, 5);

        List<Map<List<Byte>, Integer>> labels = labelsOfTasks(new LabelStream(spec, truth), 4);

        for (int task = 1; task < 4; task++) {
            int[] step = drawn(Purpose.CLASS_PERMUTATION, 5, task, 6);
            Map<List<Byte>, Integer> before = labels.get(task - 1);
            labels.get(task).forEach((image, label) -> assertThat(label).isEqualTo(step[before.get(image)]));
        }
    }

    @ParameterizedTest
    @FieldSource("BOTH")
    void shouldPermuteThePixelsOfAllImagesAlike(boolean composed) {
        Images images = new Images.Synthetic(2, 3, 3, 3, 10, 0.7);
        LabelStreamSpec spec = Specs.spec(images, new Change.PixelPermutation(composed), 9, 4, 10);
        ImageSet truth = ImageSet.load(images, 9);
        LabelStream stream = new LabelStream(spec, truth);

        int[] places = drawn(Purpose.PIXEL_PERMUTATION, 9, 0, 18);
        Arrays.setAll(places, i -> i);
        for (int task = 0; task < 4; task++) {
            if (task > 0) {
                int[] step = drawn(Purpose.PIXEL_PERMUTATION, 9, task, 18);
                int[] before = places.clone();
                Arrays.setAll(places, i -> composed ? step[before[i]] : step[i]);
            }
            Set<Item> expected = new HashSet<>();
            for (int image = 0; image < truth.count(); image++) {
                byte[] original = new byte[18];
                truth.copyImage(image, original);
                byte[] moved = new byte[18];
                for (int i = 0; i < 18; i++) {
                    moved[places[i]] = original[i];
                }
                expected.add(new Item(0, false, task, truth.label(image), 0, Item.bytes(moved)));
            }
            Set<Item> shown = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                stream.next();
                shown.add(new Item(0, false, stream.task(), stream.label(), 0, Item.bytes(stream.image())));
            }
            stream.next();

            assertThat(shown).isEqualTo(expected);
        }
    }

    static final List<Boolean> BOTH = List.of(true, false);

    @Test
    void shouldRelabelThatPartOfTheImagesAndKeepTheOthers() {
        Images images = new Images.Synthetic(1, 1, 8, 1_000, 1_000, 1.0);
        LabelStreamSpec spec = Specs.spec(images, new Change.PartialRelabelling(0.25), 11, 4, 1_000);
        ImageSet truth = ImageSet.load(images, 11);

        List<Map<List<Byte>, Integer>> labels = labelsOfTasks(new LabelStream(spec, truth), 4);

        Map<List<Byte>, Integer> before = new HashMap<>();
        for (int i = 0; i < truth.count(); i++) {
            byte[] image = new byte[8];
            truth.copyImage(i, image);
            before.put(Item.bytes(image), truth.label(i));
        }
        assertThat(labels.get(0)).isEqualTo(before);
        for (int task = 1; task < 4; task++) {
            Map<List<Byte>, Integer> last = labels.get(task - 1);
            long changed = labels.get(task).entrySet().stream()
                    .filter(entry -> !entry.getValue().equals(last.get(entry.getKey())))
                    .count();
            // Of 250 redrawn labels about one in 1000 happens to stay.
            assertThat(changed).isBetween(245L, 250L);
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldAllocateNothingFromExampleToExample(Change change) {
        Images images = new Images.Synthetic(1, 8, 8, 10, 20_000, 0.2);
        LabelStream stream = LabelStream.open(Specs.spec(images, change, 1, 0, 100_000));
        stream.next();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 15_000; i++) {
            stream.next();
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(15_000);
    }

    @Test
    void shouldNeverChangeUnnoticed() throws Exception {
        List<String> digests = new ArrayList<>();
        for (Change change : Specs.CHANGES) {
            LabelStreamSpec spec =
                    Specs.spec(new Images.Synthetic(3, 5, 4, 7, 31, 0.4), change, -6_148_914_691_236_517_206L, 0, 50);
            digests.add(change + " " + digest(LabelStream.open(spec)));
        }
        LabelStreamSpec centred = new LabelStreamSpec(
                "small",
                new Images.Synthetic(1, 3, 4, 3, 20, 0.4),
                Pixels.CENTRED,
                new Change.PixelPermutation(false),
                5,
                0,
                50,
                0);
        digests.add("centred " + digest(LabelStream.open(centred)));

        // A stream that is begun with one version must go on with the next: a change here is a break of that promise.
        assertThat(digests)
                .containsExactly(
                        "RandomLabels[] 8b174f13c619079edf6cc437a9c3518495e154fe7a545ef2e88a9d0a32aedbfa",
                        "ClassPermutation[composed=false] db3b2b6bc84270d8577353d2e94bac1ee1afb29d234c3bdaf3f90188ac0514b4",
                        "ClassPermutation[composed=true] 6063dbac93f6d4cf152c62cfc6aca7641f492a204735c3a2664c7b0711bdf39a",
                        "PixelPermutation[composed=false] fb2c0ebc5f4dcff043e9ca2d5429e8d21bab98ecb7b99ac7e43a9efee569a2f3",
                        "PixelPermutation[composed=true] 059dbc43a7361a5b6bc28545ae809fa4b1b174d47d80dba7e1b5dd25f37df7dd",
                        "PartialRelabelling[fraction=0.3] 5d09e64b55aa7c21b7413b24508673fd1cba1b908cb0c92672df281d00387ff6",
                        "LabelPermutation[] 02a8b7bce6e16198a2b43051235f8b5c01570bd7bbccae093b5703f0974f3429",
                        "ClassSubsets[sizes=[2, 1], reused=true, renumbered=false] bb513df1402e3efdcd19ad0173c3ba1da7824b8f5456c92a636d8aa99e1b4334",
                        "ClassSubsets[sizes=[1, 2], reused=true, renumbered=true] 012f166342218169174e6d317b9c7a26dab7f142fd97c81cec6a68eea7a6c65b",
                        "TargetMeans[means=[5.0, -2.0], deviation=0.5] 87f545b018a20e5d523a5de8e12546c50d345d9e7ac34906861d6538a730e8f1",
                        "SlowBits[flipOne=false] 9dfa41421a57559bf55a24b99be952b4a9bef897dd996b53ee2fc3394fd45c80",
                        "SlowBits[flipOne=true] 4cc9c9c733fb12bad290efdfbf9a604fc336bc2469155b98bfffdf5140ddd432",
                        "centred 72b514f5640ec67d3109f6183160b5db1cf40bc9c6fdb2ebeceac2a11d0a7364");
    }

    private static String digest(LabelStream stream) throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + 3 * Integer.BYTES);
        for (int i = 0; i < GOLDEN_RECORDS; i++) {
            stream.next();
            header.clear();
            header.putLong(stream.sequence())
                    .putInt(stream.isReset() ? 1 : 0)
                    .putInt(stream.task())
                    .putInt(labelOrTarget(stream));
            sha.update(header.array());
            if (!stream.isReset()) {
                sha.update(stream.image());
                sha.update(bytes(stream.values()));
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static int labelOrTarget(LabelStream stream) {
        if (stream.isReset()) {
            return -1;
        }
        return stream.classes() > 0 ? stream.label() : Float.floatToIntBits(stream.target());
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** The label of each image in each task; fails if an image has two in one task. */
    private static List<Map<List<Byte>, Integer>> labelsOfTasks(LabelStream stream, int tasks) {
        List<Map<List<Byte>, Integer>> labels = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            Map<List<Byte>, Integer> ofTask = new HashMap<>();
            while (stream.next() && !stream.isReset()) {
                Integer other = ofTask.put(Item.bytes(stream.image()), stream.label());
                assertThat(other == null || other == stream.label()).isTrue();
            }
            labels.add(ofTask);
        }
        return labels;
    }

    private static int[] permutationOfTask(ImageSet truth, Map<List<Byte>, Integer> labels, int classes) {
        int[] permutation = new int[classes];
        Arrays.fill(permutation, -1);
        byte[] image = new byte[truth.imageSize()];
        for (int i = 0; i < truth.count(); i++) {
            truth.copyImage(i, image);
            int label = labels.get(Item.bytes(image));
            assertThat(permutation[truth.label(i)]).isIn(-1, label);
            permutation[truth.label(i)] = label;
        }
        return permutation;
    }

    /** The permutation drawn for a task, by the textbook: an oracle for the streams that apply it. */
    private static int[] drawn(Purpose purpose, long seed, int task, int size) {
        int[] values = new int[size];
        Arrays.setAll(values, i -> i);
        var random = purpose.generator(seed, task);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
        return values;
    }
}

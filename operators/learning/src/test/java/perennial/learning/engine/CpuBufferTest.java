package perennial.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

class CpuBufferTest {

    private static final int LENGTH = 24;

    private enum Access {
        HEAP_READ,
        HEAP_UPDATE,
        HEAP_OVERWRITE,
        NATIVE_READ,
        NATIVE_UPDATE,
        NATIVE_OVERWRITE
    }

    /** One access to the first {@code count} values of a view. */
    private record Step(Access access, int from, int length, int count) {}

    /** Whatever overlaps whatever, both sides must look like one plain array. */
    @Property
    void shouldBehaveLikeOneArrayThroughOverlappingViews(@ForAll("steps") List<Step> steps) {
        try (CpuEngine engine = new CpuEngine()) {
            Buffer root = engine.allocate(LENGTH);
            List<CpuBuffer> views = new ArrayList<>();
            float[] model = new float[LENGTH];
            float next = 1;
            for (Step step : steps) {
                CpuBuffer view = (CpuBuffer) root.view(0, LENGTH).view(step.from, step.length);
                views.add(view);
                CpuBuffer used = views.get((int) next % views.size());
                int count = Math.min(step.count, used.length());

                switch (step.access) {
                    case HEAP_READ ->
                        assertThat(onHeap(used, used.heapToRead(count), count)).isEqualTo(expected(model, used, count));
                    case NATIVE_READ ->
                        assertThat(inNative(used.pointerToRead(count), count)).isEqualTo(expected(model, used, count));
                    case HEAP_UPDATE, HEAP_OVERWRITE -> {
                        float[] heap = step.access == Access.HEAP_UPDATE
                                ? used.heapToUpdate(count)
                                : used.heapToOverwrite(count);
                        for (int i = 0; i < count; i++) {
                            float before = step.access == Access.HEAP_UPDATE ? heap[used.offset() + i] : 0;
                            heap[used.offset() + i] = before + next;
                            model[used.offset() + i] =
                                    (step.access == Access.HEAP_UPDATE ? model[used.offset() + i] : 0) + next;
                        }
                    }
                    case NATIVE_UPDATE, NATIVE_OVERWRITE -> {
                        FloatPointer pointer = step.access == Access.NATIVE_UPDATE
                                ? used.pointerToUpdate(count)
                                : used.pointerToOverwrite(count);
                        for (int i = 0; i < count; i++) {
                            float before = step.access == Access.NATIVE_UPDATE ? pointer.get(i) : 0;
                            pointer.put(i, before + next);
                            model[used.offset() + i] =
                                    (step.access == Access.NATIVE_UPDATE ? model[used.offset() + i] : 0) + next;
                        }
                    }
                }
                next++;
            }

            assertThat(root.toArray()).isEqualTo(model);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.of(Access.class),
                        Arbitraries.integers().between(0, LENGTH),
                        Arbitraries.integers().between(0, LENGTH),
                        Arbitraries.integers().between(0, LENGTH))
                .as((access, from, length, count) -> new Step(access, from, Math.min(length, LENGTH - from), count));
        return step.list().ofMaxSize(60);
    }

    @Test
    void shouldCopyToTheOtherSideOnlyWhatIsOutOfDateThere() {
        try (CpuEngine engine = new CpuEngine()) {
            CpuBuffer root = (CpuBuffer) engine.allocate(8);
            root.set(new float[] {1, 1, 1, 1, 1, 1, 1, 1});
            root.nativeToRead(8);
            // Behind the mirror's back, to see which values are copied over.
            Arrays.fill(root.heapToRead(8), 0, 8, 7);
            ((CpuBuffer) root.view(2, 3)).heapToUpdate(3);

            FloatPointer pointer = root.pointerToRead(8);

            assertThat(inNative(pointer, 8)).containsExactly(1, 1, 7, 7, 7, 1, 1, 1);
        }
    }

    private static float[] onHeap(CpuBuffer view, float[] heap, int count) {
        return Arrays.copyOfRange(heap, view.offset(), view.offset() + count);
    }

    private static float[] inNative(FloatPointer pointer, int count) {
        float[] values = new float[count];
        pointer.get(values);
        return values;
    }

    private static float[] expected(float[] model, CpuBuffer view, int count) {
        return Arrays.copyOfRange(model, view.offset(), view.offset() + count);
    }
}

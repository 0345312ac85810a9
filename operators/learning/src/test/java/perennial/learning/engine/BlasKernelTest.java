package perennial.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlasKernelTest {

    @ParameterizedTest
    @CsvSource({
        "sse2 avx avx2 fma avx512f avx512cd avx512bw avx512dq avx512vl avx512_bf16, SkylakeX",
        "sse2 avx avx2 fma avx512f avx512cd, Haswell",
        "sse2 avx avx2 fma, Haswell",
        "sse2 avx avx2, Sandybridge",
        "sse2 ssse3, "
    })
    void shouldChooseTheFastestKernelThatTheProcessorCanRun(String flags, String kernel) {
        String processors = "processor\t: 0\nmodel name\t: Some processor\nflags\t\t: " + flags + "\nbugs\t: none\n";

        assertThat(BlasKernel.forProcessor(processors)).isEqualTo(kernel);
    }

    @ParameterizedTest
    @CsvSource({"''", "'processor : 0\nFeatures : fp asimd\n'"})
    void shouldLeaveTheChoiceToOpenBlasWhereThereAreNoFlags(String processors) {
        assertThat(BlasKernel.forProcessor(processors)).isNull();
    }
}

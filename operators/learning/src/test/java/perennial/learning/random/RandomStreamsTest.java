package perennial.learning.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import perennial.learning.state.LearnerState;

class RandomStreamsTest {

    @Test
    void shouldDrawTheSameFromEqualSeedsAndNames() {
        assertThat(draw(new RandomStreams(3).generator("a"))).isEqualTo(draw(new RandomStreams(3).generator("a")));
    }

    @Test
    void shouldDrawOtherwiseFromOtherSeedsAndNames() {
        long[] drawn = draw(new RandomStreams(3).generator("a"));

        assertThat(draw(new RandomStreams(4).generator("a"))).isNotEqualTo(drawn);
        assertThat(draw(new RandomStreams(3).generator("b"))).isNotEqualTo(drawn);
    }

    @Test
    void shouldKeepTheSeedingThatSavedExperimentsRelyOn() {
        assertThat(draw(new RandomStreams(42).generator("replay"), 3))
                .containsExactly(-1946499744553439078L, -6106527361010408419L, -9184595879786006132L);
    }

    @Test
    void shouldNotLetOneGeneratorDisturbAnother() {
        RandomStreams disturbed = new RandomStreams(3);
        draw(disturbed.generator("b"));

        assertThat(draw(disturbed.generator("a"))).isEqualTo(draw(new RandomStreams(3).generator("a")));
    }

    @Test
    void shouldContinueFromASavedState() {
        RandomStreams original = new RandomStreams(3);
        draw(original.generator("a"));
        LearnerState state = new LearnerState();
        original.save(state);
        long[] next = draw(original.generator("a"));

        RandomStreams resumed = new RandomStreams(3);
        resumed.restore(state);

        assertThat(draw(resumed.generator("a"))).isEqualTo(next);
        assertThat(draw(resumed.generator("new"))).isEqualTo(draw(new RandomStreams(3).generator("new")));
    }

    private static long[] draw(UniformRandomProvider generator) {
        return draw(generator, 20);
    }

    private static long[] draw(UniformRandomProvider generator, int count) {
        return LongStream.generate(generator::nextLong).limit(count).toArray();
    }
}

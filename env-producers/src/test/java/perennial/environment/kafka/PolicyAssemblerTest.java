package perennial.environment.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import perennial.v1.PolicySnapshot;

class PolicyAssemblerTest {

    private final PolicyAssembler assembler = new PolicyAssembler();

    @Test
    void shouldGiveAPolicyWithItsLastChunk() {
        assertThat(add(3, 0, 2, 1, 2)).isEmpty();
        assertThat(add(3, 1, 2, 3)).hasValue(new byte[] {1, 2, 3});
        assertThat(add(4, 0, 1, 4)).hasValue(new byte[] {4});
        assertThat(assembler.cut()).isZero();
    }

    @Test
    void shouldNotPutChunksOfTwoVersionsTogether() {
        add(10, 0, 2, 1);

        assertThat(add(11, 1, 2, 2)).isEmpty();
        assertThat(assembler.cut()).isEqualTo(2);
    }

    @Test
    void shouldNotPutChunksOfTwoLengthsTogether() {
        add(10, 0, 2, 1);

        assertThat(add(10, 1, 3, 2)).isEmpty();
    }

    @Test
    void shouldCountEachPolicyThatIsNotWholeOnce() {
        // A compacted topic kept the end of one policy; the learner was killed within the next.
        add(8, 2, 4, 1);
        add(8, 3, 4, 1);
        add(9, 0, 4, 1);
        add(9, 1, 4, 1);
        assertThat(assembler.cut()).isEqualTo(1);

        assertThat(assembler.lastCut()).isEqualTo(8);

        assertThat(add(10, 0, 1, 7)).hasValue(new byte[] {7});
        assertThat(assembler.cut()).isEqualTo(2);
        assertThat(assembler.lastCut()).isEqualTo(9);
    }

    @Test
    void shouldTakeAPolicyThatItsLearnerBeganAnewForNoCutOne() {
        add(9, 0, 3, 1);
        add(9, 1, 3, 2);
        add(9, 0, 3, 1);
        add(9, 1, 3, 2);

        assertThat(add(9, 2, 3, 3)).hasValue(new byte[] {1, 2, 3});
        assertThat(assembler.cut()).isZero();
    }

    @Test
    void shouldFindNoPolicyInNumbersThatCannotBeRight() {
        assertThat(add(1, -1, 2, 1)).isEmpty();
        assertThat(add(1, 0, 0, 1)).isEmpty();
        assertThat(add(1, 0, -3, 1)).isEmpty();
        assertThat(add(1, 5, 2, 1)).isEmpty();
        assertThat(add(2, 0, 1, 2)).hasValue(new byte[] {2});
    }

    private Optional<byte[]> add(long version, int number, int count, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return assembler.add(new PolicySnapshot("dqn", "s", version, List.of(), number, count, ByteBuffer.wrap(bytes)));
    }
}

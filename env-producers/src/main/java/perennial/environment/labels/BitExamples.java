package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;
import perennial.environment.labels.LabelStreamSpec.Change;
import perennial.environment.labels.LabelStreamSpec.Images;

/**
 * The examples of the slowly changing regression problem: the slow bits, those of the task, then the fast ones, drawn for each
 * example, with the {@link TargetNetwork}'s value of them all.
 */
final class BitExamples implements Examples {

    private final Images.Bits bits;
    private final boolean flipOne;
    private final long seed;
    private final long examplesPerTask;
    private final TargetNetwork network;
    private final byte[] slow;

    private int currentTask = -1;
    private float target;

    BitExamples(LabelStreamSpec spec, Images.Bits bits, Change.SlowBits change) {
        this.bits = bits;
        this.flipOne = change.flipOne();
        this.seed = spec.seed();
        this.examplesPerTask = spec.examplesPerTask();
        this.network = TargetNetwork.draw(
                bits.slow() + bits.fast(), bits.units(), bits.beta(), Purpose.TARGET_NETWORK.generator(spec.seed(), 0));
        this.slow = new byte[bits.slow()];
    }

    @Override
    public int inputSize() {
        return bits.slow() + bits.fast();
    }

    @Override
    public int classes() {
        return 0;
    }

    @Override
    public void show(int task, long example, byte[] input) {
        if (task != currentTask) {
            moveTo(task);
        }
        System.arraycopy(slow, 0, input, 0, slow.length);
        long drawn = Purpose.FAST_BITS.bits(seed, task * examplesPerTask + example);
        for (int i = 0; i < bits.fast(); i++) {
            input[slow.length + i] = (byte) (drawn >>> i & 1);
        }
        target = network.value(input);
    }

    private void moveTo(int task) {
        if (!flipOne) {
            drawAll(task);
            currentTask = task;
            return;
        }
        if (task < currentTask || currentTask < 0) {
            drawAll(0);
            currentTask = 0;
        }
        while (currentTask < task) {
            currentTask++;
            slow[Purpose.SLOW_BITS.generator(seed, currentTask).nextInt(slow.length)] ^= 1;
        }
    }

    private void drawAll(int task) {
        UniformRandomProvider random = Purpose.SLOW_BITS.generator(seed, task);
        for (int i = 0; i < slow.length; i++) {
            slow[i] = (byte) random.nextInt(2);
        }
    }

    @Override
    public int label() {
        throw new IllegalStateException("the examples have target values, not classes: bits=" + bits);
    }

    @Override
    public float target() {
        return target;
    }

    @Override
    public ResetKind kind() {
        return ResetKind.OTHER;
    }

    @Override
    public String note() {
        return flipOne ? "one of the slow bits is flipped" : "all slow bits are drawn anew";
    }
}

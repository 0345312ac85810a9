package perennial.learning.engine;

/**
 * The optimisers' steps as loops over one index that all arrays share: with an index per array the JIT compiler vectorises loops
 * over so many arrays only sometimes. {@link #run} brings arrays that begin at different places together block by block.
 * Holds the constants of the step to come, so that nothing is allocated per step. Not thread-safe.
 */
final class OptimiserLoops {

    /** The rules; each names what its two states are. */
    enum Rule {
        /** Velocity; unused. */
        MOMENTUM,
        /** Velocity; unused. */
        NESTEROV,
        /** First moment; second moment. */
        ADAM,
        /** Running mean of squares; unused. */
        RMS_PROP,
        /** Running mean of squares; running mean. */
        CENTRED_RMS_PROP
    }

    private static final int BLOCK = 1024;

    private final float[] weightBlock = new float[BLOCK];
    private final float[] gradientBlock = new float[BLOCK];
    private final float[] firstBlock = new float[BLOCK];
    private final float[] secondBlock = new float[BLOCK];

    private float rate;
    private float keep;
    private float firstDecay;
    private float firstRest;
    private float secondDecay;
    private float secondRest;
    private float correction;
    private float epsilon;

    void setMomentum(float rate, float momentum) {
        this.rate = rate;
        firstDecay = momentum;
    }

    void setRmsProp(float rate, float decay, float epsilon) {
        this.rate = rate;
        firstDecay = decay;
        firstRest = 1 - decay;
        this.epsilon = epsilon;
    }

    void setAdam(long step, double rate, double beta1, double beta2, double epsilon, double weightDecay) {
        this.rate = (float) (rate / (1 - VectorLoops.power(beta1, step)));
        keep = (float) (1 - rate * weightDecay);
        firstDecay = (float) beta1;
        firstRest = (float) (1 - beta1);
        secondDecay = (float) beta2;
        secondRest = (float) (1 - beta2);
        correction = (float) (1 / (1 - VectorLoops.power(beta2, step)));
        this.epsilon = (float) epsilon;
    }

    /** Makes one step. {@code second} is null where the rule has one state only. */
    void run(Rule rule, CpuBuffer weights, CpuBuffer gradient, CpuBuffer first, CpuBuffer second) {
        int count = weights.length();
        float[] g = gradient.heapToRead(count);
        float[] s = first.heapToUpdate(count);
        float[] t = second == null ? null : second.heapToUpdate(count);
        float[] w = weights.heapToUpdate(count);
        int at = weights.offset();
        if (gradient.offset() == at && first.offset() == at && (second == null || second.offset() == at)) {
            run(rule, w, g, s, t, at, count);
            return;
        }
        for (int done = 0; done < count; done += BLOCK) {
            int size = Math.min(BLOCK, count - done);
            System.arraycopy(w, at + done, weightBlock, 0, size);
            System.arraycopy(g, gradient.offset() + done, gradientBlock, 0, size);
            System.arraycopy(s, first.offset() + done, firstBlock, 0, size);
            if (second != null) {
                System.arraycopy(t, second.offset() + done, secondBlock, 0, size);
            }
            run(rule, weightBlock, gradientBlock, firstBlock, secondBlock, 0, size);
            System.arraycopy(weightBlock, 0, w, at + done, size);
            System.arraycopy(firstBlock, 0, s, first.offset() + done, size);
            if (second != null) {
                System.arraycopy(secondBlock, 0, t, second.offset() + done, size);
            }
        }
    }

    private void run(Rule rule, float[] w, float[] g, float[] s, float[] t, int at, int count) {
        switch (rule) {
            case MOMENTUM -> momentum(w, g, s, at, count, rate, firstDecay);
            case NESTEROV -> nesterov(w, g, s, at, count, rate, firstDecay);
            case ADAM ->
                adam(
                        w,
                        g,
                        s,
                        t,
                        at,
                        count,
                        firstDecay,
                        firstRest,
                        secondDecay,
                        secondRest,
                        rate,
                        correction,
                        epsilon,
                        keep);
            case RMS_PROP -> rmsProp(w, g, s, at, count, rate, firstDecay, firstRest, epsilon);
            case CENTRED_RMS_PROP -> centredRmsProp(w, g, s, t, at, count, rate, firstDecay, firstRest, epsilon);
        }
    }

    private static void momentum(float[] w, float[] g, float[] v, int at, int count, float rate, float momentum) {
        for (int i = at; i < at + count; i++) {
            float velocity = momentum * v[i] + g[i];
            v[i] = velocity;
            w[i] -= rate * velocity;
        }
    }

    private static void nesterov(float[] w, float[] g, float[] v, int at, int count, float rate, float momentum) {
        for (int i = at; i < at + count; i++) {
            float gradient = g[i];
            float velocity = momentum * v[i] + gradient;
            v[i] = velocity;
            w[i] -= rate * (gradient + momentum * velocity);
        }
    }

    private static void adam(
            float[] w,
            float[] g,
            float[] m,
            float[] v,
            int at,
            int count,
            float beta1,
            float rest1,
            float beta2,
            float rest2,
            float rate,
            float correction,
            float epsilon,
            float keep) {
        for (int i = at; i < at + count; i++) {
            float gradient = g[i];
            float first = beta1 * m[i] + rest1 * gradient;
            float second = beta2 * v[i] + rest2 * gradient * gradient;
            m[i] = first;
            v[i] = second;
            w[i] = keep * w[i] - rate * first / ((float) Math.sqrt(correction * second) + epsilon);
        }
    }

    private static void rmsProp(
            float[] w, float[] g, float[] s, int at, int count, float rate, float decay, float rest, float epsilon) {
        for (int i = at; i < at + count; i++) {
            float gradient = g[i];
            float square = decay * s[i] + rest * gradient * gradient;
            s[i] = square;
            w[i] -= rate * gradient / ((float) Math.sqrt(square) + epsilon);
        }
    }

    private static void centredRmsProp(
            float[] w,
            float[] g,
            float[] s,
            float[] a,
            int at,
            int count,
            float rate,
            float decay,
            float rest,
            float epsilon) {
        for (int i = at; i < at + count; i++) {
            float gradient = g[i];
            float square = decay * s[i] + rest * gradient * gradient;
            float mean = decay * a[i] + rest * gradient;
            s[i] = square;
            a[i] = mean;
            // Rounding can take the difference below 0 where the gradient hardly varies; max keeps NaN.
            float variance = Math.max(square - mean * mean, 0f);
            w[i] -= rate * gradient / ((float) Math.sqrt(variance) + epsilon);
        }
    }
}

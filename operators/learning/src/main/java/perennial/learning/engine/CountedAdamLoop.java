package perennial.learning.engine;

/** Adam's step where each weight has a step count of its own, as one loop. */
final class CountedAdamLoop {

    private CountedAdamLoop() {}

    static void run(
            CpuBuffer weights,
            CpuBuffer gradient,
            CpuBuffer first,
            CpuBuffer second,
            CpuBuffer firstCorrection,
            CpuBuffer secondCorrection,
            float rate,
            float beta1,
            float rest1,
            float beta2,
            float rest2,
            float epsilon,
            float keep) {
        int count = weights.length();
        float[] g = gradient.heapToRead(count);
        float[] m = first.heapToUpdate(count);
        float[] v = second.heapToUpdate(count);
        float[] c = firstCorrection.heapToUpdate(count);
        float[] d = secondCorrection.heapToUpdate(count);
        float[] w = weights.heapToUpdate(count);
        int gAt = gradient.offset();
        int mAt = first.offset();
        int vAt = second.offset();
        int cAt = firstCorrection.offset();
        int dAt = secondCorrection.offset();
        int wAt = weights.offset();
        for (int i = 0; i < count; i++) {
            float slope = g[gAt + i];
            float mean = beta1 * m[mAt + i] + rest1 * slope;
            float square = beta2 * v[vAt + i] + rest2 * slope * slope;
            float meanCorrection = beta1 * c[cAt + i] + rest1;
            float squareCorrection = beta2 * d[dAt + i] + rest2;
            m[mAt + i] = mean;
            v[vAt + i] = square;
            c[cAt + i] = meanCorrection;
            d[dAt + i] = squareCorrection;
            float step = mean / meanCorrection / ((float) Math.sqrt(square / squareCorrection) + epsilon);
            w[wAt + i] = keep * w[wAt + i] - rate * step;
        }
    }
}

package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;

/** Images drawn at random, for streams that need no files. */
final class SyntheticImages {

    private SyntheticImages() {}

    static ImageSet draw(LabelStreamSpec.Images.Synthetic spec, long seed) {
        long channelSize = (long) spec.rows() * spec.columns();
        // One after the other, so that neither product can overflow.
        ImageSet.checkSize(spec.count(), channelSize, "synthetic images of one channel");
        long size = spec.channels() * channelSize;
        ImageSet.checkSize(spec.count(), size, "synthetic images");

        byte[] pixels = new byte[Math.toIntExact(spec.count() * size)];
        UniformRandomProvider random = Purpose.SYNTHETIC_PIXELS.generator(seed, 0);
        for (int i = 0; i < pixels.length; i++) {
            if (random.nextDouble() < spec.litFraction()) {
                pixels[i] = (byte) (1 + random.nextInt(255));
            }
        }

        int[] labels = new int[spec.count()];
        UniformRandomProvider randomLabels = Purpose.SYNTHETIC_LABELS.generator(seed, 0);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = randomLabels.nextInt(spec.classes());
        }
        return new ImageSet(spec.channels(), spec.rows(), spec.columns(), spec.classes(), pixels, labels);
    }
}

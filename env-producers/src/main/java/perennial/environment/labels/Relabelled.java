package perennial.environment.labels;

import org.apache.commons.rng.UniformRandomProvider;

/** The classes are the true ones in task 0; each later task draws new ones for a part of the images. */
final class Relabelled extends ImageLabels {

    private final long seed;
    private final int redrawn;
    private int current;

    Relabelled(ImageSet images, long seed, double fraction) {
        super(images);
        this.seed = seed;
        this.redrawn = (int) Math.max(1, Math.round(fraction * images.count()));
        restart();
    }

    @Override
    public void moveTo(int task) {
        if (task < current) {
            restart();
        }
        while (current < task) {
            current++;
            redraw(Purpose.PARTIAL_RELABELLING.generator(seed, current));
        }
    }

    private void restart() {
        current = 0;
        takeOwn();
    }

    /** Selection sampling (Knuth, algorithm S): exactly {@link #redrawn} images, each set equally likely. */
    private void redraw(UniformRandomProvider random) {
        int missing = redrawn;
        for (int i = 0; missing > 0; i++) {
            if (random.nextInt(labels.length - i) < missing) {
                labels[i] = random.nextInt(images.classes());
                missing--;
            }
        }
    }

    @Override
    public String note() {
        return redrawn + " of " + labels.length + " images have a new class, drawn uniformly";
    }
}

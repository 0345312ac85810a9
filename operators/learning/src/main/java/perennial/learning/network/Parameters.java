package perennial.learning.network;

import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.engine.Engine;

/**
 * All parameters of a network in one flat buffer, with a name for each part.
 *
 * <p>Gradients, optimiser slots and copies have the same layout in buffers of their own ({@link #allocateAlike}), so that an
 * optimiser's step, a norm or a copy of everything is one engine call.
 */
public final class Parameters {

    private final Engine engine;
    private final List<Parameter> all;
    private final int length;
    private final Buffer values;

    Parameters(Engine engine, List<Parameter> all) {
        this.engine = engine;
        this.all = List.copyOf(all);
        long total = all.stream().mapToLong(Parameter::length).sum();
        if (total > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a network may have at most " + Integer.MAX_VALUE + " parameters: parameters=" + total);
        }
        this.length = (int) total;
        this.values = engine.allocate(length);
    }

    /** The parameters, input side first; within a layer weight, scale, offset or bias. */
    public List<Parameter> all() {
        return all;
    }

    /** How many values there are in all. */
    public int length() {
        return length;
    }

    /** The values of all parameters. */
    public Buffer values() {
        return values;
    }

    /** A new flat buffer of zeros with this layout. */
    public Buffer allocateAlike() {
        return engine.allocate(length);
    }

    /** Euclidean norm of all parameters together. */
    public double norm() {
        return Math.sqrt(engine.sumOfSquares(values));
    }

    /** Names and shapes in order: equal descriptions have equal layouts. */
    public String description() {
        StringBuilder text = new StringBuilder();
        for (Parameter parameter : all) {
            text.append(text.length() == 0 ? "" : " ").append(parameter);
        }
        return text.toString();
    }
}

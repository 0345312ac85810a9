package perennial.learning.intervention;

import java.util.ArrayList;
import java.util.List;
import perennial.learning.engine.Buffer;
import perennial.learning.network.Network;
import perennial.learning.network.Parameter;
import perennial.learning.network.Parameter.Role;

/**
 * What regularisers act on: weights and biases, in stretches of neighbours. The normalisers' scales and offsets are left out, as
 * in the code of Kumar et al.
 */
final class Regularised {

    private final List<int[]> stretches = new ArrayList<>();

    Regularised(Network network) {
        for (Parameter parameter : network.parameters().all()) {
            if (parameter.role() == Role.SCALE || parameter.role() == Role.OFFSET) {
                continue;
            }
            int[] last = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
            if (last != null && last[0] + last[1] == parameter.offset()) {
                last[1] += parameter.length();
            } else {
                stretches.add(new int[] {parameter.offset(), parameter.length()});
            }
        }
    }

    /** The stretches of a flat buffer of the network's layout. */
    Buffer[] in(Buffer flat) {
        return stretches.stream()
                .map(stretch -> flat.view(stretch[0], stretch[1]))
                .toArray(Buffer[]::new);
    }
}

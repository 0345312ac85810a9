package perennial.environment.ale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import perennial.environment.Environment;
import perennial.environment.Step;

/** Goes on playing from a saved state and prints a fingerprint of what it sees: the other half of a test. */
final class Continuation {

    private Continuation() {}

    /** Arguments: the file of the state, the seed of the player, the steps, the profile. */
    public static void main(String[] arguments) throws IOException {
        try (Environment environment = Players.catchGame(99, options(arguments[3]))) {
            environment.restore(Files.readAllBytes(Path.of(arguments[0])));
            System.out.print(
                    fingerprint(environment, new Random(Long.parseLong(arguments[1])), Integer.parseInt(arguments[2])));
        }
    }

    static Map<String, String> options(String profile) {
        // Stickiness and lost lives in both, so that nothing of the state goes untested.
        return Map.of("profile", profile, "sticky", "0.25", "actions", "minimal", "lifeLossTerminal", "true");
    }

    /** A number in which each reward, end and picture of the steps to come has its part. */
    static long fingerprint(Environment environment, Random random, int steps) {
        Step step = new Step();
        byte[] picture = new byte[environment.observationSpec().size()];
        environment.observe(picture, 0);
        long hash = mix(0, picture);
        for (int i = 0; i < steps; i++) {
            // Half of the time the ball is followed, so that points and lost lives both occur.
            int action = random.nextBoolean() ? Players.follow(picture) : Players.random(environment, random);
            environment.step(action, step);
            environment.observe(picture, 0);
            hash = mix(hash, picture) * 31 + Float.floatToIntBits(step.reward);
            hash = hash * 31 + (step.terminal ? 1 : 0) + (step.truncated ? 2 : 0);
            if (step.ended()) {
                environment.reset();
            }
        }
        return hash;
    }

    private static long mix(long hash, byte[] picture) {
        for (byte value : picture) {
            hash = hash * 1_000_003 + value;
        }
        return hash;
    }
}

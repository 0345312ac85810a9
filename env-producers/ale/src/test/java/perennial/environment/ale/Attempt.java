package perennial.environment.ale;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import perennial.environment.Environment;
import perennial.environment.Environments;
import perennial.environment.Step;

/** Tries one thing that ALE would not survive, says what came of it, and plays on to show that the process lives. */
final class Attempt {

    private Attempt() {}

    /** Arguments: what is tried, and a file. */
    public static void main(String[] arguments) {
        try {
            attempt(arguments[0], arguments[1]);
            System.out.println("no error");
        } catch (RuntimeException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        try (Environment environment = Players.catchGame(0, Map.of("actions", "minimal"))) {
            Players.randomEpisode(environment, new Random(0));
        }
        System.out.println("alive");
    }

    private static void attempt(String what, String file) {
        switch (what) {
            case "file" ->
                Environments.create("ale/breakout", 0, Map.of("rom", file)).close();
            case "name" ->
                Environments.create("ale/no_such_game", 0, Map.of("rom", file)).close();
            case "impatient" ->
                StartTrial.require(Cartridge.read("breakout", Path.of(file)), Path.of(file), Duration.ofSeconds(4));
            case "action" -> {
                try (Environment environment = Players.catchGame(0, Map.of())) {
                    environment.reset();
                    environment.step(99, new Step());
                }
            }
            case "negative" -> {
                try (Environment environment = Players.catchGame(0, Map.of())) {
                    environment.reset();
                    environment.step(-1, new Step());
                }
            }
            case "code" -> {
                try (Emulator emulator = new Emulator(Cartridge.bundled(), 0)) {
                    emulator.act(99);
                }
            }
            case "early" -> {
                try (Environment environment = Players.catchGame(0, Map.of())) {
                    environment.step(0, new Step());
                }
            }
            case "closed" -> {
                Environment environment = Players.catchGame(0, Map.of());
                environment.reset();
                environment.close();
                environment.step(0, new Step());
            }
            case "state" -> {
                try (Environment environment = Players.catchGame(0, Map.of())) {
                    environment.restore(new byte[14_000]);
                }
            }
            default -> throw new IllegalStateException("no such attempt: what=" + what);
        }
    }
}

package perennial.environment.minatar;

import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import perennial.environment.Environment;
import perennial.environment.EnvironmentOptions;
import perennial.environment.EnvironmentProvider;

/**
 * Creates MinAtar environments by name. Options: {@code sticky}, the probability that the last action is repeated instead of
 * the chosen one (0.1); {@code ramping}, whether games become harder (true); {@code actions}, {@code full} or {@code minimal}
 * (full). The defaults are those of the reference.
 */
public final class MinAtarProvider implements EnvironmentProvider {

    private final SortedMap<String, MinAtarGame> games = new TreeMap<>();

    public MinAtarProvider() {
        for (MinAtarGame game : MinAtarGame.values()) {
            games.put(game.environmentName(), game);
        }
    }

    @Override
    public SortedSet<String> names() {
        return new TreeSet<>(games.keySet());
    }

    @Override
    public Environment create(String name, long seed, Map<String, String> options) {
        MinAtarGame game = games.get(name);
        if (game == null) {
            throw new IllegalArgumentException("not a MinAtar environment: name=" + name);
        }
        EnvironmentOptions given = new EnvironmentOptions(name, options);
        double sticky = given.probability(MinAtarEnvironment.STICKY, 0.1);
        boolean ramping = given.flag(MinAtarEnvironment.RAMPING, true);
        ActionSet actions = given.choice("actions", ActionSet.FULL);
        given.refuseOthers();
        return new MinAtarEnvironment(game, seed, sticky, ramping, actions);
    }
}

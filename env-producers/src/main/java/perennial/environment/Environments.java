package perennial.environment;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The environments that are on the class path, by name. */
public final class Environments {

    private Environments() {}

    /** The names known, sorted, each with its provider. */
    public static SortedMap<String, EnvironmentProvider> known() {
        SortedMap<String, EnvironmentProvider> known = new TreeMap<>();
        for (EnvironmentProvider provider : ServiceLoader.load(EnvironmentProvider.class)) {
            for (String name : provider.names()) {
                EnvironmentProvider other = known.put(name, provider);
                if (other != null) {
                    throw new IllegalStateException("two providers offer the same environment: name=" + name
                            + " providers=" + other.getClass().getName() + ","
                            + provider.getClass().getName() + "; take one off the class path");
                }
            }
        }
        return known;
    }

    /**
     * Creates an environment.
     *
     * @param name name, such as {@code minatar/breakout}
     * @param seed seed of everything random in it
     * @param options options by name
     * @throws IllegalArgumentException if the name or an option is unknown or a value unfit
     */
    public static Environment create(String name, long seed, Map<String, String> options) {
        SortedMap<String, EnvironmentProvider> known = known();
        EnvironmentProvider provider = known.get(name);
        if (provider == null) {
            throw new IllegalArgumentException(
                    "unknown environment: name=" + name + "; the known ones are " + String.join(", ", known.keySet()));
        }
        return provider.create(name, seed, options);
    }
}

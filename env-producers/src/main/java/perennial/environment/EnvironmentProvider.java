package perennial.environment;

import java.util.Map;
import java.util.SortedSet;

/**
 * A source of environments by name, found by {@link java.util.ServiceLoader}. To add environments of your own, implement it
 * and name the class in {@code META-INF/services/perennial.environment.EnvironmentProvider} of your jar.
 */
public interface EnvironmentProvider {

    /** Names of the environments, each such as {@code family/member}. */
    SortedSet<String> names();

    /**
     * Creates an environment.
     *
     * @param name one of {@link #names}
     * @param seed seed of everything random in it
     * @param options options by name; those that are absent have their defaults. {@link EnvironmentOptions} reads them.
     * @throws IllegalArgumentException if an option is unknown or its value unfit
     */
    Environment create(String name, long seed, Map<String, String> options);
}

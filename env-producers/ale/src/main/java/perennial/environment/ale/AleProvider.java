package perennial.environment.ale;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.environment.Environment;
import perennial.environment.EnvironmentException;
import perennial.environment.EnvironmentOptions;
import perennial.environment.EnvironmentProvider;

/**
 * Creates Atari environments by name: {@code ale/} and a game that ALE knows, or {@code ale/catch}, which needs no cartridge of
 * the user's.
 *
 * <p>Options: {@code rom}, the file of the cartridge, or {@code catch} for the one that comes with Perennial; {@code profile},
 * {@code machado} (default) or {@code mnih}, says what the others are where they are not given: {@code actions}, {@code
 * frameSkip}, {@code sticky}, {@code noOps}, {@code maxFrames}, {@code lifeLossTerminal}, {@code clipRewards} (see {@link
 * AleSettings}).
 */
public final class AleProvider implements EnvironmentProvider {

    /** First part of every name. */
    static final String PREFIX = "ale/";

    private static final Logger LOG = LoggerFactory.getLogger(AleProvider.class);

    /** ALE is not loaded for it, so that listing names works where ALE does not. */
    @Override
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        names.add(PREFIX + Cartridge.CATCH);
        for (String game : KnownGames.names()) {
            names.add(PREFIX + game);
        }
        return names;
    }

    /**
     * Creates an environment.
     *
     * @throws IllegalArgumentException if the name or an option is unknown or a value unfit
     * @throws EnvironmentException if the cartridge's file is not fit to be played, or ALE does not load
     */
    @Override
    public Environment create(String name, long seed, Map<String, String> options) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException("not a game of ALE's: name=" + name);
        }
        EnvironmentOptions given = new EnvironmentOptions(name, options);
        AleSettings defaults = given.choice("profile", AleProfile.MACHADO).settings();
        AleSettings settings = new AleSettings(
                given.choice("actions", defaults.actions()),
                given.count("frameSkip", 1, defaults.frameSkip()),
                given.probability(AleEnvironment.STICKY, defaults.sticky()),
                given.count("noOps", 0, defaults.noOps()),
                given.count("maxFrames", 1, defaults.maxFrames()),
                given.flag("lifeLossTerminal", defaults.lifeLossTerminal()),
                given.flag("clipRewards", defaults.clipRewards()));
        Optional<String> rom = given.text("rom");
        given.refuseOthers();
        return new AleEnvironment(cartridge(name.substring(PREFIX.length()), rom), seed, settings);
    }

    private static Cartridge cartridge(String game, Optional<String> rom) {
        if (game.equals(Cartridge.CATCH)) {
            if (!rom.orElse(Cartridge.CATCH).equals(Cartridge.CATCH)) {
                throw new IllegalArgumentException("ale/catch has a cartridge of its own: rom=" + rom.get()
                        + "; leave the option rom out, or name the environment after the game");
            }
            return Cartridge.bundled();
        }
        String file = rom.orElseThrow(
                () -> new IllegalArgumentException("an Atari game needs its cartridge: environment=" + PREFIX + game
                        + "; give its file as the option rom, or play ale/catch, whose cartridge comes along"));
        if (file.equals(Cartridge.CATCH)) {
            throw new IllegalArgumentException("the cartridge catch is not another game's: environment=" + PREFIX + game
                    + " rom=catch; use the environment ale/catch");
        }
        Cartridge cartridge = Cartridge.read(game, Path.of(file));
        if (!cartridge.recognised()) {
            StartTrial.require(cartridge, Path.of(file), StartTrial.PATIENCE);
            LOG.warn(
                    "this cartridge is not the one that ALE was made for, so its rewards and ends may be wrong: environment={}"
                            + " file={}",
                    PREFIX + game,
                    file);
        }
        return cartridge;
    }
}

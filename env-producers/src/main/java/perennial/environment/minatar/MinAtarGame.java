package perennial.environment.minatar;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The five games, each with its channels and the actions that do something in it.
 *
 * @see <a href="https://arxiv.org/abs/1903.03176">Young and Tian, MinAtar (2019)</a>
 */
public enum MinAtarGame {
    ASTERIX(
            Asterix::new,
            Asterix.Channel.values(),
            MinAtarAction.NONE,
            MinAtarAction.LEFT,
            MinAtarAction.UP,
            MinAtarAction.RIGHT,
            MinAtarAction.DOWN),
    BREAKOUT(Breakout::new, Breakout.Channel.values(), MinAtarAction.NONE, MinAtarAction.LEFT, MinAtarAction.RIGHT),
    FREEWAY(Freeway::new, Freeway.Channel.values(), MinAtarAction.NONE, MinAtarAction.UP, MinAtarAction.DOWN),
    SEAQUEST(Seaquest::new, Seaquest.Channel.values(), MinAtarAction.values()),
    SPACE_INVADERS(
            SpaceInvaders::new,
            SpaceInvaders.Channel.values(),
            MinAtarAction.NONE,
            MinAtarAction.LEFT,
            MinAtarAction.RIGHT,
            MinAtarAction.FIRE);

    private final Supplier<Game> factory;
    private final List<String> channels;
    private final List<MinAtarAction> minimalActions;

    MinAtarGame(Supplier<Game> factory, Enum<?>[] channels, MinAtarAction... minimalActions) {
        this.factory = factory;
        this.channels = Arrays.stream(channels).map(MinAtarGame::spelling).toList();
        this.minimalActions = List.of(minimalActions);
    }

    /** Name of the environment: {@code minatar/space_invaders} and the like. */
    public String environmentName() {
        return "minatar/" + spelling(this);
    }

    /** Names of the channels, in order. */
    public List<String> channels() {
        return channels;
    }

    /** The actions that {@code set} offers in this game: action number i of the environment is element i. */
    public List<MinAtarAction> actions(ActionSet set) {
        return switch (set) {
            case FULL -> List.of(MinAtarAction.values());
            case MINIMAL -> minimalActions;
        };
    }

    Game create() {
        return factory.get();
    }

    private static String spelling(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

package perennial.environment.ale;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.apache.commons.rng.RestorableUniformRandomProvider;
import org.apache.commons.rng.core.RandomProviderDefaultState;
import org.apache.commons.rng.simple.RandomSource;
import perennial.environment.ActionSpec;
import perennial.environment.Environment;
import perennial.environment.EnvironmentOptions;
import perennial.environment.ObservationSpec;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;
import perennial.environment.Step;

/**
 * An Atari 2600 game through the Arcade Learning Environment.
 *
 * <p>An observation is one picture of 1 x 84 x 84 bytes: of the last two frames the brighter pixel, which shows what flickers,
 * as brightness, each pixel the mean of the area it covers. Who learns from several pictures in a row keeps them himself.
 *
 * <p>Frame skip, sticky actions, frames without action and the generator are here and not in ALE, so that the saved state is
 * complete. Each environment has its own emulator; not thread-safe, but different environments may run in different threads.
 * {@link #close} frees the emulator, after which nothing else can be called.
 *
 * @see <a href="https://arxiv.org/abs/1709.06009">Machado et al., Revisiting the Arcade Learning Environment (2018)</a>
 */
public final class AleEnvironment implements Environment {

    static final String STICKY = "sticky";

    private static final int VERSION = 1;
    private static final int SIDE = 84;

    private final String name;
    private final String cartridge;
    private final AleSettings settings;
    private final Emulator emulator;
    private final int[] codes;
    private final ActionSpec actionSpec;
    private final ObservationSpec observationSpec = ObservationSpec.bytes(1, SIDE, SIDE);
    private final RestorableUniformRandomProvider random;
    private final byte[] brightness;
    private final int width;
    private final byte[] picture;
    private final AreaResize resize;

    private byte[] latest;
    private byte[] before;
    private double sticky;
    private int executed = Emulator.NO_OPERATION;
    private int frames;
    private int lives;
    private boolean begun;
    private boolean terminal;
    private boolean truncated;
    private boolean gameGoesOn;

    AleEnvironment(Cartridge cartridge, long seed, AleSettings settings) {
        this.name = AleProvider.PREFIX + cartridge.name();
        this.cartridge = cartridge.checksum();
        this.settings = settings;
        this.sticky = settings.sticky();
        this.random = RandomSource.XO_SHI_RO_256_PP.create(seed);
        this.emulator = new Emulator(cartridge, random.nextInt(Integer.MAX_VALUE));
        this.codes = emulator.actions(settings.actions());
        this.actionSpec = new ActionSpec(codes.length);
        this.brightness = emulator.brightness();
        this.width = emulator.width();
        int pixels = emulator.height() * width;
        this.latest = new byte[pixels];
        this.before = new byte[pixels];
        this.picture = new byte[pixels];
        this.resize = new AreaResize(emulator.height(), width, SIDE, SIDE);
    }

    @Override
    public ObservationSpec observationSpec() {
        return observationSpec;
    }

    @Override
    public ActionSpec actionSpec() {
        return actionSpec;
    }

    /**
     * Begins an episode: a game, or, after an episode that ended with the loss of a life, what is left of the game, from where it
     * stands.
     */
    @Override
    public void reset() {
        if (!gameGoesOn) {
            startGame();
        }
        begun = true;
        terminal = false;
        truncated = false;
        gameGoesOn = false;
    }

    /** Acts. After the end of an episode, until the reset, nothing changes and every step ends it again. */
    @Override
    public void step(int action, Step step) {
        requireBegun();
        int code = codes[actionSpec.check(action)];
        if (terminal || truncated) {
            step.set(0.0f, terminal, truncated);
            return;
        }
        int reward = 0;
        boolean over = false;
        for (int i = 0; i < settings.frameSkip() && !over && frames < settings.maxFrames(); i++) {
            if (sticky == 0.0 || random.nextDouble() >= sticky) {
                executed = code;
            }
            reward += frame(executed);
            over = emulator.gameOver();
        }
        boolean capped = frames >= settings.maxFrames();
        int left = emulator.lives();
        boolean lifeLost = left < lives;
        lives = left;
        terminal = over || settings.lifeLossTerminal() && lifeLost;
        truncated = !terminal && capped;
        gameGoesOn = terminal && !over && !capped;
        step.set(settings.clipRewards() ? Integer.signum(reward) : reward, terminal, truncated);
    }

    @Override
    public void observe(byte[] destination, int offset) {
        requireBegun();
        for (int begin = 0; begin < picture.length; begin += width) {
            int end = begin + width;
            // Most lines are the same in both frames, and to find that out costs less than to look every pixel up
            // twice.
            if (Arrays.equals(latest, begin, end, before, begin, end)) {
                lighten(latest, begin, end);
            } else {
                lightenBrighter(latest, before, begin, end);
            }
        }
        resize.resize(picture, destination, offset);
    }

    /** Changes {@code sticky}. */
    @Override
    public void change(String option, String value) {
        if (!option.equals(STICKY)) {
            throw new IllegalArgumentException(
                    "this option of " + name + " cannot change while it runs: option=" + option + "; sticky can");
        }
        sticky = EnvironmentOptions.parseProbability(option, value);
    }

    @Override
    public byte[] save() {
        StateWriter state = new StateWriter(name, VERSION);
        state.put(cartridge).put(fixed(settings)).put(sticky);
        state.put(((RandomProviderDefaultState) random.saveState()).getState());
        state.put(executed).put(frames).put(lives);
        state.put(begun).put(terminal).put(truncated).put(gameGoesOn);
        state.put(deflated(latest)).put(deflated(before)).put(emulator.save());
        return state.finish();
    }

    @Override
    public void restore(byte[] saved) {
        StateReader state = new StateReader(saved, name, VERSION);
        requireSame("cartridge", cartridge, state.string());
        requireSame("set of options", fixed(settings), state.string());
        sticky = state.real();
        random.restoreState(new RandomProviderDefaultState(state.byteArray()));
        executed = state.integer();
        frames = state.integer();
        lives = state.integer();
        begun = state.flag();
        terminal = state.flag();
        truncated = state.flag();
        gameGoesOn = state.flag();
        inflate(state.byteArray(), latest);
        inflate(state.byteArray(), before);
        emulator.restore(state.byteArray());
        state.finish();
    }

    @Override
    public void close() {
        emulator.close();
    }

    /** A byte of the console's memory, as it was after the last frame. */
    int memory(int index) {
        return emulator.memory(index);
    }

    /** Codes of the actions, by number. */
    int[] codes() {
        return codes.clone();
    }

    private void lighten(byte[] colours, int begin, int end) {
        for (int i = begin; i < end; i++) {
            picture[i] = brightness[colours[i] & 0xff];
        }
    }

    private void lightenBrighter(byte[] first, byte[] second, int begin, int end) {
        for (int i = begin; i < end; i++) {
            picture[i] = (byte) Math.max(brightness[first[i] & 0xff] & 0xff, brightness[second[i] & 0xff] & 0xff);
        }
    }

    private void startGame() {
        emulator.startGame();
        executed = Emulator.NO_OPERATION;
        frames = 0;
        emulator.screen(latest);
        System.arraycopy(latest, 0, before, 0, latest.length);
        if (settings.noOps() > 0) {
            for (int left = random.nextInt(1, settings.noOps() + 1); left > 0; left--) {
                frame(Emulator.NO_OPERATION);
                if (emulator.gameOver()) {
                    // Waiting ended the game; the rest of the wait is in the next.
                    emulator.startGame();
                }
            }
        }
        lives = emulator.lives();
    }

    private int frame(int code) {
        int reward = emulator.act(code);
        byte[] older = before;
        before = latest;
        latest = older;
        emulator.screen(latest);
        frames++;
        return reward;
    }

    private void requireBegun() {
        if (!begun) {
            throw new IllegalStateException("an episode must be begun before it is stepped through or observed:"
                    + " environment=" + name + "; call reset first");
        }
    }

    private void requireSame(String what, String expected, String found) {
        if (!found.equals(expected)) {
            throw new IllegalArgumentException("the state was saved with another " + what + ": environment=" + name
                    + " expected=" + expected + " found=" + found);
        }
    }

    /** All settings but that which can change. */
    private static String fixed(AleSettings settings) {
        return "actions=" + settings.actions() + " frameSkip=" + settings.frameSkip() + " noOps=" + settings.noOps()
                + " maxFrames=" + settings.maxFrames() + " lifeLossTerminal=" + settings.lifeLossTerminal()
                + " clipRewards=" + settings.clipRewards();
    }

    /** A screen has few colours in large areas: a fiftieth is left of it. */
    private static byte[] deflated(byte[] screen) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(screen);
            deflater.finish();
            byte[] buffer = new byte[screen.length + 64];
            int length = 0;
            while (!deflater.finished()) {
                if (length == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * length);
                }
                length += deflater.deflate(buffer, length, buffer.length - length);
            }
            return Arrays.copyOf(buffer, length);
        } finally {
            deflater.end();
        }
    }

    private void inflate(byte[] deflated, byte[] screen) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(deflated);
            int length = inflater.inflate(screen);
            if (length != screen.length) {
                throw new IllegalArgumentException("the saved screen has another size: environment=" + name
                        + " expected=" + screen.length + " found=" + length);
            }
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("the saved screen is damaged: environment=" + name, e);
        } finally {
            inflater.end();
        }
    }
}

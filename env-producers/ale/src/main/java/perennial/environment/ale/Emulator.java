package perennial.environment.ale;

import java.io.IOException;
import org.bytedeco.ale.ALEInterface;
import org.bytedeco.ale.ALEScreen;
import org.bytedeco.ale.ALEState;
import org.bytedeco.ale.ColourPalette;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import perennial.environment.EnvironmentException;

/**
 * An Atari 2600 with a cartridge in it, one frame an action and nothing random but the console's own memory when it is switched
 * on.
 *
 * <p>ALE's frame skip and sticky actions stay off: the state it saves lacks the action executed last, so that a restored run with
 * stickiness would go another way. Not thread-safe; instances are independent of each other.
 */
final class Emulator implements AutoCloseable {

    /** Code of the action that does nothing. */
    static final int NO_OPERATION = 0;

    private static final int ACTIONS = 18;
    private static final int COLOURS = 256;
    private static final int ERRORS_ONLY = 2;

    private final ALEInterface ale;
    private final ALEScreen screen;
    private final BytePointer pixels;
    private final int height;
    private final int width;
    private boolean closed;

    /**
     * @param cartridge one that is recognised or {@linkplain StartTrial was tried}
     * @param seed seed of the console's memory, not negative
     */
    Emulator(Cartridge cartridge, int seed) {
        if (seed < 0) {
            throw new IllegalArgumentException("ALE takes a negative seed for none: seed=" + seed);
        }
        loadQuietly();
        ale = new ALEInterface();
        // All of these count from the next loading of a cartridge on.
        ale.setInt("random_seed", seed);
        ale.setFloat("repeat_action_probability", 0.0f);
        ale.setInt("frame_skip", 1);
        ale.setInt("max_num_frames_per_episode", 0);
        ale.setBool("color_averaging", false);
        try (PrivateFolder folder = new PrivateFolder()) {
            ale.loadROM(cartridge.copyInto(folder.path()).toString());
        } catch (IOException e) {
            ale.close();
            throw new EnvironmentException(
                    "a copy of the cartridge cannot be made for ALE: folder=" + System.getProperty("java.io.tmpdir")
                            + " error=" + e + "; make room there, or set java.io.tmpdir to another folder",
                    e);
        }
        screen = ale.getScreen();
        height = (int) screen.height();
        width = (int) screen.width();
        pixels = screen.getArray().capacity((long) height * width);
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Codes of the actions, by number. */
    int[] actions(AleActions actions) {
        requireOpen();
        try (IntPointer codes = actions == AleActions.FULL ? ale.getLegalActionSet() : ale.getMinimalActionSet()) {
            int[] found = new int[Math.toIntExact(codes.limit())];
            codes.get(found);
            return found;
        }
    }

    /** The brightness, 0 to 255, of each colour. */
    byte[] brightness() {
        requireOpen();
        ColourPalette palette = ale.theOSystem().colourPalette();
        byte[] brightness = new byte[COLOURS];
        for (int colour = 0; colour < COLOURS; colour++) {
            brightness[colour] = palette.getGrayscale(colour);
        }
        return brightness;
    }

    /** Switches the console off and on and starts a game. */
    void startGame() {
        requireOpen();
        ale.reset_game();
    }

    /**
     * Runs one frame.
     *
     * @param code one of {@link #actions}
     * @return the reward
     */
    int act(int code) {
        requireOpen();
        if (code < 0 || code >= ACTIONS) {
            throw new IllegalArgumentException("ALE would end the process for an unknown action: code=" + code);
        }
        return ale.act(code);
    }

    boolean gameOver() {
        requireOpen();
        return ale.game_over();
    }

    int lives() {
        requireOpen();
        return ale.lives();
    }

    /**
     * Copies the picture of the last frame. After {@link #restore} it is old until the next frame.
     *
     * @param colours receives a colour for each pixel, row by row. Modified.
     */
    void screen(byte[] colours) {
        requireOpen();
        pixels.get(colours, 0, height * width);
    }

    /** A byte of the console's memory, of which there are 128. After {@link #restore} it is old until the next frame. */
    int memory(int index) {
        requireOpen();
        return ale.getRAM().get(index) & 0xff;
    }

    /** Everything in the console, its random generator included. */
    byte[] save() {
        requireOpen();
        try (ALEState state = ale.cloneSystemState();
                BytePointer bytes = state.serialize()) {
            byte[] saved = new byte[Math.toIntExact(bytes.limit())];
            bytes.get(saved);
            return saved;
        }
    }

    /**
     * Puts the console into a saved state.
     *
     * @param saved what {@link #save} returned with the same cartridge, undamaged: ALE does not check it
     */
    void restore(byte[] saved) {
        requireOpen();
        try (BytePointer bytes = new BytePointer(saved);
                ALEState state = new ALEState(bytes)) {
            ale.restoreSystemState(state);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ale.close();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the emulator was closed; create another");
        }
    }

    /** ALE greets on the standard error of the process, and goes on talking there, unless told not to before it is created. */
    private static void loadQuietly() {
        try {
            Loader.load(org.bytedeco.ale.global.ale.class);
            Pointer mode = Loader.addressof("_ZN3ale6Logger12current_modeE");
            if (mode != null && !mode.isNull()) {
                new IntPointer(mode).put(0, ERRORS_ONLY);
            }
        } catch (LinkageError e) {
            throw new EnvironmentException(
                    "the Arcade Learning Environment does not load here: platform=" + Loader.getPlatform() + " error="
                            + e + "; it exists for linux-x86_64 and macosx-x86_64, and needs the system's zlib",
                    e);
        }
    }
}

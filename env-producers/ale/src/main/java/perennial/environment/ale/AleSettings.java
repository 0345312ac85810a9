package perennial.environment.ale;

/**
 * How a game is played.
 *
 * @param actions which actions there are
 * @param frameSkip frames that an action lasts
 * @param sticky probability, at each frame, that the action executed in the frame before is executed again instead of the chosen
 *     one
 * @param noOps most frames without action at the start of a game, of which there is at least one; 0 for none at all
 * @param maxFrames frames after which a game is cut off, those without action included
 * @param lifeLossTerminal whether the loss of a life ends the episode. The next episode then goes on in the same game
 * @param clipRewards whether the reward of a step is clipped to -1 and 1
 */
public record AleSettings(
        AleActions actions,
        int frameSkip,
        double sticky,
        int noOps,
        int maxFrames,
        boolean lifeLossTerminal,
        boolean clipRewards) {

    public AleSettings {
        if (frameSkip < 1) {
            throw new IllegalArgumentException("an action must last a frame: frameSkip=" + frameSkip);
        }
        if (!(sticky >= 0.0 && sticky <= 1.0)) {
            throw new IllegalArgumentException("sticky must be a probability: sticky=" + sticky);
        }
        if (noOps < 0) {
            throw new IllegalArgumentException("frames without action must not be negative: noOps=" + noOps);
        }
        if (maxFrames <= noOps) {
            throw new IllegalArgumentException("a game must last longer than its start without action: maxFrames="
                    + maxFrames + " noOps=" + noOps);
        }
    }
}

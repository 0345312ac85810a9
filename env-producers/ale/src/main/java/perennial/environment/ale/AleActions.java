package perennial.environment.ale;

/** Which actions an environment offers. */
public enum AleActions {
    /** All 18 that the joystick and its button allow, the same for every game. */
    FULL,
    /** Those that mean something in the game, in ALE's order. */
    MINIMAL
}

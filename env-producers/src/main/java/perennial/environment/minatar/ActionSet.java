package perennial.environment.minatar;

/** Which actions an environment offers. */
public enum ActionSet {
    /** All six, whatever the game: equal networks can play every game. */
    FULL,
    /** Those that do something in the game, in the order of their numbers. */
    MINIMAL
}

package perennial.environment.minatar;

/** The six actions of MinAtar, in the order of their numbers. Some games take some of them as {@link #NONE}. */
public enum MinAtarAction {
    NONE,
    LEFT,
    UP,
    RIGHT,
    DOWN,
    FIRE
}

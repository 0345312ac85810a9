package perennial.environment.ale;

/** A published protocol for playing Atari games: what the options are where they are not given. */
public enum AleProfile {
    /**
     * Sticky actions, all 18 actions, an episode is a whole game.
     *
     * @see <a href="https://arxiv.org/abs/1709.06009">Machado et al., Revisiting the Arcade Learning Environment (2018)</a>
     */
    MACHADO(new AleSettings(AleActions.FULL, 4, 0.25, 0, 108_000, false, false)),
    /**
     * Up to 30 frames without action at the start, the actions that mean something, an episode ends with a life.
     *
     * @see <a href="https://doi.org/10.1038/nature14236">Mnih et al., Human-level control through deep reinforcement learning
     *     (2015)</a>
     */
    MNIH(new AleSettings(AleActions.MINIMAL, 4, 0.0, 30, 108_000, true, false));

    private final AleSettings settings;

    AleProfile(AleSettings settings) {
        this.settings = settings;
    }

    public AleSettings settings() {
        return settings;
    }
}

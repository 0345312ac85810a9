package perennial.environment.minatar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/** What random play does not reach. The cannon stands in column 5. */
class SpaceInvadersTest {

    private static final int CANNON = 5;
    private static final int[] NOTHING = new int[Grid.SIDE];

    private final NumpyRandom random = new NumpyRandom(0);

    @Test
    void shouldSendAFasterWaveAfterTheLastAlien() {
        SpaceInvaders game = game(row(2, 1 << 7), row(3, 1 << 7), 12);

        int reward = game.act(MinAtarAction.NONE, true, random);

        assertThat(reward).isEqualTo(1);
        assertThat(marchInterval(game)).isEqualTo(11);
        byte[] frame = frame(game);
        assertThat(count(frame, SpaceInvaders.Channel.ALIEN)).isEqualTo(24);
        assertThat(count(frame, SpaceInvaders.Channel.FRIENDLY_BULLET)).isZero();
    }

    @Test
    void shouldSendAWaveAsFastWithoutRamping() {
        SpaceInvaders game = game(row(2, 1 << 7), row(3, 1 << 7), 12);

        game.act(MinAtarAction.NONE, false, random);

        assertThat(marchInterval(game)).isEqualTo(12);
        assertThat(count(frame(game), SpaceInvaders.Channel.ALIEN)).isEqualTo(24);
    }

    @Test
    void shouldRampNoFurtherThanSixSteps() {
        SpaceInvaders game = game(row(2, 1 << 7), row(3, 1 << 7), 6);

        game.act(MinAtarAction.NONE, true, random);

        assertThat(marchInterval(game)).isEqualTo(6);
    }

    @Test
    void shouldShootFromTheLeftOfTwoColumnsAsNear() {
        int[] aliens = row(1, 1 << CANNON - 2 | 1 << CANNON + 2);
        aliens[3] = 1 << CANNON - 2;
        SpaceInvaders game = game(aliens, NOTHING.clone(), 12);

        game.act(MinAtarAction.NONE, true, random);

        byte[] frame = frame(game);
        assertThat(count(frame, SpaceInvaders.Channel.ENEMY_BULLET)).isEqualTo(1);
        assertThat(frame[SpaceInvaders.Channel.ENEMY_BULLET.ordinal() * Grid.CELLS + 3 * Grid.SIDE + CANNON - 2])
                .isEqualTo((byte) 1);
    }

    @Test
    void shouldEndWhenAnAlienOfTheLowestRowTurns() {
        int[] aliens = row(9, 1);
        SpaceInvaders game = state(aliens, NOTHING.clone(), 12, 0);

        game.act(MinAtarAction.NONE, true, random);

        assertThat(game.terminal()).isTrue();
    }

    /** No march is due; the aliens shoot in this step. */
    private static SpaceInvaders game(int[] aliens, int[] friendlyBullets, int marchInterval) {
        return state(aliens, friendlyBullets, marchInterval, 9);
    }

    private static SpaceInvaders state(int[] aliens, int[] friendlyBullets, int marchInterval, int marchTimer) {
        StateWriter state = new StateWriter("test", 1);
        state.put(aliens, Grid.SIDE).put(friendlyBullets, Grid.SIDE).put(NOTHING, Grid.SIDE);
        state.put(CANNON).put(false).put(marchInterval).put(marchTimer);
        state.put(0).put(0).put(0).put(false);
        SpaceInvaders game = new SpaceInvaders();
        game.restore(new StateReader(state.finish(), "test", 1));
        return game;
    }

    private static int[] row(int row, int bits) {
        int[] rows = NOTHING.clone();
        rows[row] = bits;
        return rows;
    }

    private static int marchInterval(SpaceInvaders game) {
        StateWriter state = new StateWriter("test", 1);
        game.save(state);
        StateReader reader = new StateReader(state.finish(), "test", 1);
        reader.integers();
        reader.integers();
        reader.integers();
        reader.integer();
        reader.flag();
        return reader.integer();
    }

    private static byte[] frame(Game game) {
        byte[] frame = new byte[SpaceInvaders.Channel.values().length * Grid.CELLS];
        game.draw(frame, 0);
        return frame;
    }

    private static int count(byte[] frame, SpaceInvaders.Channel channel) {
        int count = 0;
        for (int cell = 0; cell < Grid.CELLS; cell++) {
            count += frame[channel.ordinal() * Grid.CELLS + cell];
        }
        return count;
    }
}

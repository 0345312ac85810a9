package perennial.environment.minatar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/** What random play does not reach. The submarine is in row 1, column 5, and faces left unless a test says otherwise. */
class SeaquestTest {

    private static final int NEVER = 1000;

    private final NumpyRandom random = new NumpyRandom(0);
    private final Scene scene = new Scene();

    @Test
    void shouldRewardTheAirThatIsLeftWhenSixDiversSurface() {
        scene.divers = 6;
        scene.oxygen = 119;
        Seaquest game = scene.game();

        int reward = game.act(MinAtarAction.UP, true, random);

        assertThat(reward).isEqualTo(5);
        assertThat(count(game, Seaquest.Channel.DIVER_GAUGE)).isZero();
        assertThat(count(game, Seaquest.Channel.OXYGEN_GAUGE)).isEqualTo(10);
        assertThat(game.terminal()).isFalse();
    }

    @Test
    void shouldSurviveAnotherSurfacingAfterSixDivers() {
        scene.divers = 6;
        Seaquest game = scene.game();
        game.act(MinAtarAction.UP, true, random);
        game.act(MinAtarAction.DOWN, true, random);

        int reward = game.act(MinAtarAction.UP, true, random);

        assertThat(game.terminal()).isFalse();
        assertThat(reward).isZero();
    }

    @Test
    void shouldPayForAirWithADiver() {
        scene.divers = 3;
        Seaquest game = scene.game();

        int reward = game.act(MinAtarAction.UP, true, random);

        assertThat(reward).isZero();
        assertThat(count(game, Seaquest.Channel.DIVER_GAUGE)).isEqualTo(2);
        assertThat(count(game, Seaquest.Channel.OXYGEN_GAUGE)).isEqualTo(10);
    }

    @Test
    void shouldEndWhereItSurfacesWithoutADiver() {
        Seaquest game = scene.game();

        game.act(MinAtarAction.UP, true, random);

        assertThat(game.terminal()).isTrue();
    }

    @Test
    void shouldRampAtEachSurfacing() {
        scene.divers = 3;
        Seaquest game = scene.game();

        game.act(MinAtarAction.UP, true, random);
        assertThat(Scene.of(game)).extracting("spawnSpeed", "moveSpeed").containsExactly(19, 5);
        game.act(MinAtarAction.DOWN, true, random);
        game.act(MinAtarAction.UP, true, random);
        assertThat(Scene.of(game)).extracting("spawnSpeed", "moveSpeed").containsExactly(18, 4);
        game.act(MinAtarAction.DOWN, true, random);
        game.act(MinAtarAction.UP, false, random);
        assertThat(Scene.of(game)).extracting("spawnSpeed", "moveSpeed").containsExactly(18, 4);
    }

    @Test
    void shouldPickUpSixDiversAndNoMore() {
        scene.divers = 5;
        scene.swimmers = new int[] {Thing.of(1, 5, true, 3, 0), Thing.of(1, 5, true, 2, 0)};
        Seaquest game = scene.game();

        game.act(MinAtarAction.NONE, true, random);

        assertThat(count(game, Seaquest.Channel.DIVER_GAUGE)).isEqualTo(6);
        assertThat(count(game, Seaquest.Channel.DIVER)).isEqualTo(1);
    }

    @Test
    void shouldShootFishBeforeSubmarines() {
        scene.friendlyBullets = new int[] {Thing.of(4, 7, true, 0, 0)};
        scene.fish = new int[] {Thing.of(4, 8, true, 3, 0)};
        scene.submarines = new int[] {Thing.of(4, 8, true, 3, 5)};
        Seaquest game = scene.game();

        int reward = game.act(MinAtarAction.NONE, true, random);

        assertThat(reward).isEqualTo(1);
        assertThat(count(game, Seaquest.Channel.FRIENDLY_BULLET)).isZero();
        assertThat(count(game, Seaquest.Channel.ENEMY_FISH)).isZero();
        assertThat(count(game, Seaquest.Channel.ENEMY_SUBMARINE)).isEqualTo(1);
    }

    @Test
    void shouldLetASubmarineFireInTheStepInWhichItIsShot() {
        // The bullet stops short of the submarine, which then moves into it.
        scene.friendlyBullets = new int[] {Thing.of(4, 2, true, 0, 0)};
        scene.submarines = new int[] {Thing.of(4, 4, false, 0, 0)};
        Seaquest game = scene.game();

        int reward = game.act(MinAtarAction.NONE, true, random);

        assertThat(reward).isEqualTo(1);
        assertThat(count(game, Seaquest.Channel.ENEMY_SUBMARINE)).isZero();
        assertThat(count(game, Seaquest.Channel.FRIENDLY_BULLET)).isZero();
        assertThat(Scene.of(game).enemyBullets).containsExactly(Thing.of(4, 2, false, 0, 0));
    }

    @Test
    void shouldEndWhereAnEnemyMovesIntoTheSubmarine() {
        scene.fish = new int[] {Thing.of(1, 4, true, 0, 0)};
        Seaquest game = scene.game();

        game.act(MinAtarAction.NONE, true, random);

        assertThat(game.terminal()).isTrue();
    }

    @Test
    void shouldRefuseToSpawnAgainstTheCurrentOfALane() {
        // One fish in every lane each way: whatever is drawn goes against one of them.
        scene.fish = new int[16];
        for (int lane = 1; lane <= 8; lane++) {
            scene.fish[2 * lane - 2] = Thing.of(lane, 9, true, 5, 0);
            scene.fish[2 * lane - 1] = Thing.of(lane, 0, false, 5, 0);
        }
        scene.spawnTimer = 0;
        Seaquest game = scene.game();
        NumpyRandom twin = new NumpyRandom(0);

        game.act(MinAtarAction.NONE, true, random);

        assertThat(Scene.of(game).fish).hasSize(16);
        assertThat(Scene.of(game).submarines).isEmpty();
        twin.nextDouble();
        twin.nextDouble();
        twin.nextInt(1, 9);
        assertThat(random.nextInt()).isEqualTo(twin.nextInt());
    }

    private static int count(Game game, Seaquest.Channel channel) {
        byte[] frame = new byte[Seaquest.Channel.values().length * Grid.CELLS];
        game.draw(frame, 0);
        int count = 0;
        for (int cell = 0; cell < Grid.CELLS; cell++) {
            count += frame[channel.ordinal() * Grid.CELLS + cell];
        }
        return count;
    }

    /** Every variable of the game, to be set and read. */
    static final class Scene {

        int oxygen = 150;
        int divers;
        int row = 1;
        int column = 5;
        boolean facesRight;
        boolean surfaced;
        int spawnSpeed = 20;
        int spawnTimer = NEVER;
        int diverTimer = NEVER;
        int moveSpeed = 5;
        int rampIndex;
        int shotTimer;
        boolean terminal;
        int[] friendlyBullets = {};
        int[] enemyBullets = {};
        int[] fish = {};
        int[] submarines = {};
        int[] swimmers = {};

        Seaquest game() {
            StateWriter state = new StateWriter("test", 1);
            state.put(oxygen).put(divers).put(row).put(column).put(facesRight).put(surfaced);
            state.put(spawnSpeed).put(spawnTimer).put(diverTimer).put(moveSpeed);
            state.put(rampIndex).put(shotTimer).put(terminal);
            for (int[] things : new int[][] {friendlyBullets, enemyBullets, fish, submarines, swimmers}) {
                state.put(things, things.length);
            }
            Seaquest game = new Seaquest();
            game.restore(new StateReader(state.finish(), "test", 1));
            return game;
        }

        static Scene of(Seaquest game) {
            StateWriter writer = new StateWriter("test", 1);
            game.save(writer);
            StateReader state = new StateReader(writer.finish(), "test", 1);
            Scene scene = new Scene();
            scene.oxygen = state.integer();
            scene.divers = state.integer();
            scene.row = state.integer();
            scene.column = state.integer();
            scene.facesRight = state.flag();
            scene.surfaced = state.flag();
            scene.spawnSpeed = state.integer();
            scene.spawnTimer = state.integer();
            scene.diverTimer = state.integer();
            scene.moveSpeed = state.integer();
            scene.rampIndex = state.integer();
            scene.shotTimer = state.integer();
            scene.terminal = state.flag();
            scene.friendlyBullets = state.integers();
            scene.enemyBullets = state.integers();
            scene.fish = state.integers();
            scene.submarines = state.integers();
            scene.swimmers = state.integers();
            return scene;
        }
    }
}

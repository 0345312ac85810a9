package perennial.environment.ale;

import java.util.Map;
import java.util.Random;
import perennial.environment.Environment;
import perennial.environment.Environments;
import perennial.environment.Step;

/** Ways to play Catch, and what the tests know of its picture. */
final class Players {

    static final int SIDE = 84;

    /** The line of the picture that only the paddle ever lights. */
    private static final int PADDLE_LINE = 70;

    private static final int PADDLE_TOP = 69;

    private Players() {}

    static Environment catchGame(long seed, Map<String, String> options) {
        return Environments.create("ale/catch", seed, options);
    }

    static int random(Environment environment, Random random) {
        return random.nextInt(environment.actionSpec().count());
    }

    /** The minimal action that brings the paddle under the ball: 0 none, 2 right, 3 left. */
    static int follow(byte[] picture) {
        double ball = centre(picture, 0, PADDLE_TOP);
        double paddle = centre(picture, PADDLE_LINE, PADDLE_LINE + 1);
        if (Double.isNaN(ball) || Double.isNaN(paddle)) {
            return 0;
        }
        return ball > paddle + 1.5 ? 2 : ball < paddle - 1.5 ? 3 : 0;
    }

    /** Plays until an episode is over. */
    static float randomEpisode(Environment environment, Random random) {
        Step step = new Step();
        float sum = 0;
        environment.reset();
        do {
            environment.step(random(environment, random), step);
            sum += step.reward;
        } while (!step.ended());
        return sum;
    }

    /** Plays until an episode is over. */
    static float followingEpisode(Environment environment) {
        Step step = new Step();
        byte[] picture = new byte[environment.observationSpec().size()];
        float sum = 0;
        environment.reset();
        do {
            environment.observe(picture, 0);
            environment.step(follow(picture), step);
            sum += step.reward;
        } while (!step.ended());
        return sum;
    }

    private static double centre(byte[] picture, int from, int to) {
        double light = 0;
        double moment = 0;
        for (int row = from; row < to; row++) {
            for (int column = 0; column < SIDE; column++) {
                int value = picture[row * SIDE + column] & 0xff;
                light += value;
                moment += (double) value * column;
            }
        }
        return moment / light;
    }
}

package perennial.environment.minatar;

import perennial.environment.StateReader;
import perennial.environment.StateWriter;

/**
 * Seaquest: shoot fish and submarines, pick up divers, and surface in time for air.
 *
 * <p>Surfacing needs a diver on board and costs one; six divers earn a reward for the air that is left. With ramping, each
 * surfacing makes things come more often and, every other time, move faster.
 *
 * <p>Things are visited from the last to the first, and what is removed is the first thing equal in every field to the one
 * visited, as in the reference: it decides in which order the rest stands, and so is visited.
 */
final class Seaquest implements Game {

    enum Channel {
        SUBMARINE_FRONT,
        SUBMARINE_BACK,
        FRIENDLY_BULLET,
        TRAIL,
        ENEMY_BULLET,
        ENEMY_FISH,
        ENEMY_SUBMARINE,
        OXYGEN_GAUGE,
        DIVER_GAUGE,
        DIVER
    }

    private static final int FULL_OXYGEN = 200;
    private static final int GAUGE_CELLS = 10;
    private static final int MOST_DIVERS = 6;
    private static final int LOWEST_ROW = 8;
    private static final int SLOWEST_SPAWN = 20;
    private static final int DIVER_SPAWN = 30;
    private static final int DIVER_MOVE = 5;
    private static final int SLOWEST_MOVE = 5;
    private static final int FASTEST_MOVE = 2;
    private static final int SHOT_WAIT = 5;
    private static final int ENEMY_SHOT_WAIT = 10;

    private int oxygen;
    private int divers;
    private int row;
    private int column;
    private boolean facesRight;
    private boolean surfaced;
    private int spawnSpeed;
    private int spawnTimer;
    private int diverTimer;
    private int moveSpeed;
    private int rampIndex;
    private int shotTimer;
    private boolean terminal;
    private final Things friendlyBullets = new Things();
    private final Things enemyBullets = new Things();
    private final Things fish = new Things();
    private final Things submarines = new Things();
    private final Things swimmers = new Things();

    @Override
    public void reset(NumpyRandom random) {
        oxygen = FULL_OXYGEN;
        divers = 0;
        row = 0;
        column = 5;
        facesRight = false;
        surfaced = true;
        spawnSpeed = SLOWEST_SPAWN;
        spawnTimer = SLOWEST_SPAWN;
        diverTimer = DIVER_SPAWN;
        moveSpeed = SLOWEST_MOVE;
        rampIndex = 0;
        shotTimer = 0;
        terminal = false;
        friendlyBullets.clear();
        enemyBullets.clear();
        fish.clear();
        submarines.clear();
        swimmers.clear();
    }

    @Override
    public int act(MinAtarAction action, boolean ramping, NumpyRandom random) {
        if (spawnTimer == 0) {
            spawnEnemy(random);
            spawnTimer = spawnSpeed;
        }
        if (diverTimer == 0) {
            spawnDiver(random);
            diverTimer = DIVER_SPAWN;
        }
        obey(action);
        int reward = moveFriendlyBullets();
        moveSwimmers();
        reward += moveSubmarines();
        moveEnemyBullets();
        reward += moveFish();
        spawnTimer--;
        diverTimer--;
        if (shotTimer > 0) {
            shotTimer--;
        }
        return reward + breathe(ramping);
    }

    @Override
    public boolean terminal() {
        return terminal;
    }

    @Override
    public void draw(byte[] frame, int offset) {
        Grid.mark(frame, offset, Channel.SUBMARINE_FRONT, row, column);
        Grid.mark(frame, offset, Channel.SUBMARINE_BACK, row, facesRight ? column - 1 : column + 1);
        for (int cell = 0; cell < oxygen * GAUGE_CELLS / FULL_OXYGEN; cell++) {
            Grid.mark(frame, offset, Channel.OXYGEN_GAUGE, Grid.LAST, cell);
        }
        for (int cell = Grid.LAST - divers; cell < Grid.LAST; cell++) {
            Grid.mark(frame, offset, Channel.DIVER_GAUGE, Grid.LAST, cell);
        }
        drawAll(friendlyBullets, Channel.FRIENDLY_BULLET, false, frame, offset);
        drawAll(enemyBullets, Channel.ENEMY_BULLET, false, frame, offset);
        drawAll(fish, Channel.ENEMY_FISH, true, frame, offset);
        drawAll(submarines, Channel.ENEMY_SUBMARINE, true, frame, offset);
        drawAll(swimmers, Channel.DIVER, true, frame, offset);
    }

    @Override
    public void save(StateWriter state) {
        state.put(oxygen).put(divers).put(row).put(column).put(facesRight).put(surfaced);
        state.put(spawnSpeed).put(spawnTimer).put(diverTimer).put(moveSpeed);
        state.put(rampIndex).put(shotTimer).put(terminal);
        friendlyBullets.save(state);
        enemyBullets.save(state);
        fish.save(state);
        submarines.save(state);
        swimmers.save(state);
    }

    @Override
    public void restore(StateReader state) {
        oxygen = state.integer();
        divers = state.integer();
        row = state.integer();
        column = state.integer();
        facesRight = state.flag();
        surfaced = state.flag();
        spawnSpeed = state.integer();
        spawnTimer = state.integer();
        diverTimer = state.integer();
        moveSpeed = state.integer();
        rampIndex = state.integer();
        shotTimer = state.integer();
        terminal = state.flag();
        friendlyBullets.restore(state);
        enemyBullets.restore(state);
        fish.restore(state);
        submarines.restore(state);
        swimmers.restore(state);
    }

    private void spawnEnemy(NumpyRandom random) {
        // Everything is drawn before the lane is looked at: a refused spawn takes as many numbers as another.
        boolean right = random.nextDouble() < 1.0 / 2.0;
        boolean isSubmarine = random.nextDouble() < 1.0 / 3.0;
        int lane = random.nextInt(1, LOWEST_ROW + 1);
        if (goesTheOtherWay(submarines, lane, right) || goesTheOtherWay(fish, lane, right)) {
            return;
        }
        int start = right ? 0 : Grid.LAST;
        if (isSubmarine) {
            submarines.add(Thing.of(lane, start, right, moveSpeed, ENEMY_SHOT_WAIT));
        } else {
            fish.add(Thing.of(lane, start, right, moveSpeed, 0));
        }
    }

    private void spawnDiver(NumpyRandom random) {
        boolean right = random.nextDouble() < 1.0 / 2.0;
        int lane = random.nextInt(1, LOWEST_ROW + 1);
        swimmers.add(Thing.of(lane, right ? 0 : Grid.LAST, right, DIVER_MOVE, 0));
    }

    private static boolean goesTheOtherWay(Things things, int lane, boolean right) {
        for (int i = 0; i < things.size(); i++) {
            int thing = things.get(i);
            if (Thing.row(thing) == lane && Thing.right(thing) != right) {
                return true;
            }
        }
        return false;
    }

    private void obey(MinAtarAction action) {
        switch (action) {
            case FIRE -> {
                if (shotTimer == 0) {
                    friendlyBullets.add(Thing.of(row, column, facesRight, 0, 0));
                    shotTimer = SHOT_WAIT;
                }
            }
            case LEFT -> {
                column = Math.max(column - 1, 0);
                facesRight = false;
            }
            case RIGHT -> {
                column = Math.min(column + 1, Grid.LAST);
                facesRight = true;
            }
            case UP -> row = Math.max(row - 1, 0);
            case DOWN -> row = Math.min(row + 1, LOWEST_ROW);
            case NONE -> {}
        }
    }

    private int moveFriendlyBullets() {
        int reward = 0;
        for (int i = friendlyBullets.size() - 1; i >= 0; i--) {
            int bullet = Thing.moved(friendlyBullets.get(i));
            friendlyBullets.set(i, bullet);
            if (!Grid.holds(Thing.column(bullet))) {
                friendlyBullets.removeFirst(bullet);
            } else if (removeIn(Thing.cell(bullet), fish) || removeIn(Thing.cell(bullet), submarines)) {
                friendlyBullets.removeFirst(bullet);
                reward++;
            }
        }
        return reward;
    }

    private void moveSwimmers() {
        for (int i = swimmers.size() - 1; i >= 0; i--) {
            int swimmer = swimmers.get(i);
            if (isHere(swimmer) && divers < MOST_DIVERS) {
                swimmers.removeFirst(swimmer);
                divers++;
            } else if (Thing.moveTimer(swimmer) > 0) {
                swimmers.set(i, Thing.withMoveTimer(swimmer, Thing.moveTimer(swimmer) - 1));
            } else {
                swimmer = Thing.withMoveTimer(Thing.moved(swimmer), DIVER_MOVE);
                swimmers.set(i, swimmer);
                if (!Grid.holds(Thing.column(swimmer))) {
                    swimmers.removeFirst(swimmer);
                } else if (isHere(swimmer) && divers < MOST_DIVERS) {
                    swimmers.removeFirst(swimmer);
                    divers++;
                }
            }
        }
    }

    private int moveSubmarines() {
        int reward = 0;
        for (int i = submarines.size() - 1; i >= 0; i--) {
            int submarine = submarines.get(i);
            // Where the submarine visited stands in the list; -1 once it is out of it.
            int place = i;
            terminal |= isHere(submarine);
            if (Thing.moveTimer(submarine) > 0) {
                submarine = Thing.withMoveTimer(submarine, Thing.moveTimer(submarine) - 1);
            } else {
                submarine = Thing.withMoveTimer(Thing.moved(submarine), moveSpeed);
                submarines.set(i, submarine);
                boolean onBoard = Grid.holds(Thing.column(submarine));
                boolean rams = onBoard && isHere(submarine);
                boolean hit = onBoard && !rams && removeIn(Thing.cell(submarine), friendlyBullets);
                terminal |= rams;
                if (hit) {
                    reward++;
                }
                if (!onBoard || hit) {
                    int removed = submarines.removeFirst(submarine);
                    place = removed < i ? i - 1 : -1;
                }
            }
            // A submarine that is gone since this very step still fires.
            if (Thing.shotTimer(submarine) == 0) {
                submarine = Thing.withShotTimer(submarine, ENEMY_SHOT_WAIT);
                enemyBullets.add(Thing.of(Thing.row(submarine), Thing.column(submarine), Thing.right(submarine), 0, 0));
            } else {
                submarine = Thing.withShotTimer(submarine, Thing.shotTimer(submarine) - 1);
            }
            if (place >= 0) {
                submarines.set(place, submarine);
            }
        }
        return reward;
    }

    private void moveEnemyBullets() {
        for (int i = enemyBullets.size() - 1; i >= 0; i--) {
            terminal |= isHere(enemyBullets.get(i));
            int bullet = Thing.moved(enemyBullets.get(i));
            enemyBullets.set(i, bullet);
            if (!Grid.holds(Thing.column(bullet))) {
                enemyBullets.removeFirst(bullet);
            } else {
                terminal |= isHere(bullet);
            }
        }
    }

    private int moveFish() {
        int reward = 0;
        for (int i = fish.size() - 1; i >= 0; i--) {
            int one = fish.get(i);
            terminal |= isHere(one);
            if (Thing.moveTimer(one) > 0) {
                fish.set(i, Thing.withMoveTimer(one, Thing.moveTimer(one) - 1));
                continue;
            }
            one = Thing.withMoveTimer(Thing.moved(one), moveSpeed);
            fish.set(i, one);
            if (!Grid.holds(Thing.column(one))) {
                fish.removeFirst(one);
            } else if (isHere(one)) {
                terminal = true;
            } else if (removeIn(Thing.cell(one), friendlyBullets)) {
                fish.removeFirst(one);
                reward++;
            }
        }
        return reward;
    }

    private int breathe(boolean ramping) {
        if (oxygen <= 0) {
            terminal = true;
        }
        if (row > 0) {
            oxygen--;
            surfaced = false;
            return 0;
        }
        if (surfaced) {
            return 0;
        }
        if (divers == 0) {
            terminal = true;
            return 0;
        }
        return surface(ramping);
    }

    private int surface(boolean ramping) {
        surfaced = true;
        int reward = 0;
        if (divers == MOST_DIVERS) {
            divers = 0;
            reward = oxygen * GAUGE_CELLS / FULL_OXYGEN;
        }
        oxygen = FULL_OXYGEN;
        // After six divers this leaves -1: the gauge is empty, and the next surfacing is survived.
        divers--;
        if (ramping && (spawnSpeed > 1 || moveSpeed > FASTEST_MOVE)) {
            if (moveSpeed > FASTEST_MOVE && rampIndex % 2 == 1) {
                moveSpeed--;
            }
            if (spawnSpeed > 1) {
                spawnSpeed--;
            }
            rampIndex++;
        }
        return reward;
    }

    private boolean isHere(int thing) {
        return Thing.cell(thing) == Thing.cell(row, column);
    }

    /** Removes the first thing that is in a cell, if there is one. */
    private static boolean removeIn(int cell, Things things) {
        int index = things.firstIn(cell);
        if (index < 0) {
            return false;
        }
        things.removeAt(index);
        return true;
    }

    private static void drawAll(Things things, Channel channel, boolean trails, byte[] frame, int offset) {
        for (int i = 0; i < things.size(); i++) {
            int thing = things.get(i);
            int column = Thing.column(thing);
            Grid.mark(frame, offset, channel, Thing.row(thing), column);
            int behind = Thing.right(thing) ? column - 1 : column + 1;
            if (trails && Grid.holds(behind)) {
                Grid.mark(frame, offset, Channel.TRAIL, Thing.row(thing), behind);
            }
        }
    }
}

package perennial.jobs.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import perennial.jobs.UserException;

/**
 * One process of a cluster, started as often as it dies. For one thread.
 *
 * <p>It gets the class path of this process and a pipe as standard input that nothing is written to: the pipe ends with this
 * process.
 */
final class Member {

    /** A process that ran this long was well, and is started again at once. */
    private static final long WELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final String name;
    private final MemberProcess.Role role;
    private final List<String> javaOptions;
    private final IntFunction<List<String>> arguments;
    private final ClusterFolder folder;
    private Process process;
    private int starts;
    private long startedAt;
    private int deathsInARow;
    private boolean ended;

    /**
     * @param name name of the process, which names its log
     * @param javaOptions options of its JVM
     * @param arguments what its main class is told, at each start
     */
    Member(
            String name,
            MemberProcess.Role role,
            List<String> javaOptions,
            IntFunction<List<String>> arguments,
            ClusterFolder folder) {
        this.name = name;
        this.role = role;
        this.javaOptions = javaOptions;
        this.arguments = arguments;
        this.folder = folder;
    }

    String name() {
        return name;
    }

    MemberProcess.Role role() {
        return role;
    }

    /** Its process; null before the first start. */
    Process process() {
        return process;
    }

    /** Starts it, or starts it again. */
    Process start() {
        folder.emptyTemporary(name);
        starts++;
        startedAt = System.nanoTime();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Djava.awt.headless=true");
        // Flink's application mode looks into java.util.
        command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MemberProcess.class.getName());
        command.add(role.word());
        command.addAll(arguments.apply(starts));
        File log = folder.log(name).toFile();
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                    .start();
            return process;
        } catch (IOException e) {
            throw UserException.failed("the process " + name + " could not be started: error=" + e, e);
        }
    }

    /** Called when it has died: how long to wait before it is started again, longer and longer where that does not help. */
    long pauseMillis() {
        deathsInARow = System.nanoTime() - startedAt > WELL_NANOS ? 0 : deathsInARow + 1;
        return deathsInARow == 0
                ? 0
                : Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(10, deathsInARow - 1));
    }

    /** It has done its work: it is asked to end where it has not, and not started again. */
    void end() {
        ended = true;
        if (isAlive()) {
            process.destroy();
        }
    }

    boolean ended() {
        return ended;
    }

    /** Whether it runs. */
    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Asks it to end, and ends it where it has not done so in time. */
    void stop(long seconds) throws InterruptedException {
        ended = true;
        if (process == null) {
            return;
        }
        process.destroy();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    ClusterState.Member state() {
        return new ClusterState.Member(name, isAlive() ? process.pid() : 0, starts, ended);
    }
}

package perennial.jobs.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.kafka.EmbeddedKafka;

/**
 * The main class of every process of a cluster: its role, and what the role is to be told. It ends when its standard input
 * does, so that nothing is left running where whoever started it was killed.
 */
public final class MemberProcess {

    private static final Logger log = LoggerFactory.getLogger(MemberProcess.class);

    private MemberProcess() {}

    /** What a process of a cluster can be. */
    public enum Role {
        /** An embedded Kafka: folder, port. */
        BROKER("broker"),
        /** The JobManager of one job: arguments of Flink's entry point. */
        JOB_MANAGER("jobmanager"),
        /** A JobManager that takes jobs over its REST interface: arguments of Flink's entry point. */
        SESSION("session"),
        /** A TaskManager: arguments of Flink's runner. */
        TASK_MANAGER("taskmanager");

        private final String word;

        Role(String word) {
            this.word = word;
        }

        /** As it stands on the command line and in names of files. */
        public String word() {
            return word;
        }

        private static Role of(String word) {
            return Arrays.stream(values())
                    .filter(role -> role.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no such role: role=" + word));
        }
    }

    public static void main(String[] arguments) throws Exception {
        String[] told = Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (Role.of(arguments[0])) {
            case BROKER -> broker(Path.of(told[0]), Integer.parseInt(told[1]));
            case JOB_MANAGER -> {
                onEndOfInput(() -> Runtime.getRuntime().halt(1));
                StandaloneApplicationClusterEntryPoint.main(told);
            }
            case SESSION -> {
                onEndOfInput(() -> Runtime.getRuntime().halt(1));
                StandaloneSessionClusterEntrypoint.main(told);
            }
            case TASK_MANAGER -> {
                onEndOfInput(() -> Runtime.getRuntime().halt(1));
                TaskManagerRunner.main(told);
            }
        }
    }

    private static void broker(Path folder, int port) throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        onEndOfInput(end::countDown);
        EmbeddedKafka.endProcessWithBroker();
        try (Interrupts interrupts = new Interrupts(end::countDown);
                EmbeddedKafka kafka = EmbeddedKafka.start(folder, port)) {
            log.info("the broker listens: address={} folder={}", kafka.bootstrapServers(), kafka.directory());
            end.await();
            log.info("the broker ends: {}", interrupts.interrupted() ? "it was asked to" : "nobody looks after it");
        } catch (UserException e) {
            System.err.println(e.getMessage());
            System.exit(e.exitCode());
        }
        System.exit(0);
    }

    private static void onEndOfInput(Runnable end) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            continue;
                        }
                    } catch (IOException e) {
                        // It cannot be read any longer, which is its end.
                    }
                    end.run();
                },
                "end-of-input");
        thread.setDaemon(true);
        thread.start();
    }
}

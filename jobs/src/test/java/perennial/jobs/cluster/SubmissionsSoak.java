package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.jobs.kafka.EmbeddedKafka;

/**
 * One session cluster that takes the job twenty times, each time with a class loader of its own for {@code perennial.jar}, while the
 * libraries are the cluster's: no class loader stays behind, and no native library is loaded twice. The profile {@code soak}
 * runs it.
 */
class SubmissionsSoak {

    private static final int SUBMISSIONS = 20;
    private static final int WARM = 5;
    private static final String SESSION = "session";
    private static final String TASK_MANAGER = "taskmanager-1";

    @Test
    void shouldTakeTheJobAgainAndAgain() throws Exception {
        Path state = Files.createDirectories(Path.of(System.getProperty("perennial.soak.folder", "target/soak"))
                .toAbsolutePath());
        ClusterFolder folder = new ClusterFolder(state.resolve("session"));
        Folders.delete(folder.path());
        folder.create();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            SessionSubmissions job = SessionSubmissions.prepare(folder, kafka.bootstrapServers(), "auto");
            Member session = member(folder, MemberProcess.Role.SESSION, SESSION);
            Member taskManager = member(folder, MemberProcess.Role.TASK_MANAGER, TASK_MANAGER);
            try (ProcessSamples samples = new ProcessSamples(state.resolve("submissions.csv"))) {
                session.start();
                taskManager.start();
                submitAgainAndAgain(folder, job, samples, session, taskManager);
            } finally {
                taskManager.stop(20);
                session.stop(20);
            }
        }
    }

    private void submitAgainAndAgain(
            ClusterFolder folder, SessionSubmissions job, ProcessSamples samples, Member session, Member taskManager)
            throws Exception {
        StringBuilder metaspace = new StringBuilder();
        for (int submission = 1; submission <= SUBMISSIONS; submission++) {
            job.learnOnce("submission " + submission);
            for (Member member : List.of(session, taskManager)) {
                samples.take(member.name(), member.process().pid());
            }
        }
        for (Member member : List.of(session, taskManager)) {
            List<ProcessSamples.Sample> seen = samples.of(member.name(), 0);
            assertThat(seen).as("lives on: " + member.name()).hasSize(SUBMISSIONS);
            List<ProcessSamples.Sample> warm = seen.subList(WARM - 1, SUBMISSIONS);
            metaspace.append(samples.trends(member.name(), warm.get(0).hours()));
            ProcessSamples.Sample first = warm.get(0);
            ProcessSamples.Sample last = warm.get(warm.size() - 1);
            // What stays behind stays behind each time: a class loader with its megabytes, a client with its thread and
            // its sockets.
            assertThat(last.metaspaceMiB() - first.metaspaceMiB())
                    .as("metaspace of " + member.name() + ", MiB, from the fifth submission to the last")
                    .isLessThan(3);
            assertThat(last.openFiles() - first.openFiles())
                    .as("open files of " + member.name())
                    .isLessThan(SUBMISSIONS - WARM);
            assertThat(last.threads() - first.threads())
                    .as("threads of " + member.name())
                    .isLessThan(SUBMISSIONS - WARM);
            assertThat(Files.readString(folder.log(member.name())))
                    .doesNotContain(
                            "UnsatisfiedLinkError", "NoClassDefFoundError", "ClassCastException", "OutOfMemoryError");
        }
        Files.writeString(folder.path().resolveSibling("submissions.txt"), metaspace);
    }

    private static Member member(ClusterFolder folder, MemberProcess.Role role, String name) {
        return new Member(
                name,
                role,
                List.of(SessionSubmissions.heap(), "-XX:+UseSerialGC"),
                start -> List.of("--configDir", folder.flink().toString(), "-Dio.tmp.dirs=" + folder.temporary(name)),
                folder);
    }
}

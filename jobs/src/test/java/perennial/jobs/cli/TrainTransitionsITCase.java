package perennial.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.CommandRun;

/** Learners of action values on a recorded file: action 1 pays where the first value is 1, action 0 where it is 0. */
class TrainTransitionsITCase {

    private static final int EPISODES = 40;
    private static final int EPISODE_STEPS = 5;

    @TempDir
    private Path folder;

    @Test
    void shouldLearnFromRecordedTransitions() throws IOException {
        Path configuration = Files.writeString(folder.resolve("learners.yaml"), """
                learners:
                  - name: dqn-sn
                    streams: [s]
                    task: {type: reinforcement, input: [2], actions: 2, warmUp: 20, updateEvery: 1, replay: {capacity: 1000}}
                    network: {hidden: [8]}
                    method: {type: sn, layers: [-2]}
                    batch: {size: 8}
                    metrics: {every: 20}
                  - name: c51
                    streams: [s]
                    task: {type: reinforcement, input: [2], actions: 2, head: {type: c51}, warmUp: 20, updateEvery: 1,
                      replay: {capacity: 1000}}
                    network: {hidden: [8]}
                    batch: {size: 8}
                    metrics: {every: 20}
                """);
        Path metrics = folder.resolve("metrics.jsonl");

        CommandRun run = CommandRun.of(
                "train",
                "--config",
                configuration,
                "--events",
                recording(),
                "--metrics",
                metrics,
                "--export",
                folder.resolve("weights"));

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(folder.resolve("weights/dqn-sn.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("weights/c51.safetensors")).isNotEmptyFile();
        assertThat(Files.readAllLines(metrics))
                .anyMatch(line -> line.contains("\"dqn-sn\"") && line.contains("\"update\":160"))
                .anyMatch(line -> line.contains("\"c51\"") && line.contains("\"update\":160"));
    }

    private Path recording() throws IOException {
        StringBuilder lines = new StringBuilder();
        int sequence = 0;
        for (int episode = 0; episode < EPISODES; episode++) {
            for (int step = 0; step < EPISODE_STEPS; step++) {
                int state = (episode + step) % 2;
                int action = step / 2 % 2;
                lines.append(String.format(
                        Locale.ROOT,
                        "{\"type\":\"transition\",\"stream\":\"s\",\"actor\":0,\"sequence\":%d,\"episode\":%d,"
                                + "\"observation\":[%d,1],\"action\":%d,\"reward\":%d,\"terminal\":%b,\"truncated\":false}%n",
                        sequence++,
                        episode,
                        state,
                        action,
                        state == action ? 1 : 0,
                        step == EPISODE_STEPS - 1));
            }
        }
        return Files.writeString(folder.resolve("transitions.jsonl"), lines);
    }
}

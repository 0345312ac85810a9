package perennial.jobs.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.UserException;

class EmbeddedFlinkITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void shouldSayWhyAJobFailedInTheWordsOfItsCause() {
        Configuration options = options("restart-strategy.type", "none");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            JobID job = submitFailing(flink, options);

            assertThatThrownBy(() -> flink.await(job))
                    .isInstanceOf(UserException.class)
                    .hasMessage("the job failed: numbers must be even: number=3");
        }
    }

    @Test
    void shouldTellOfTheNewestFailureWhileAJobStartsAgain() {
        Configuration options = options("restart-strategy.type", "fixed-delay");
        options.setString("restart-strategy.fixed-delay.attempts", "1000000");
        options.setString("restart-strategy.fixed-delay.delay", "50ms");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            JobID job = submitFailing(flink, options);
            FlinkRest rest = new FlinkRest(flink.webPage());

            await().atMost(PATIENCE).ignoreException(IOException.class).until(() -> rest.newestFailure(job)
                    .isPresent());

            assertThat(rest.newestFailure(job).orElseThrow().message()).isEqualTo("numbers must be even: number=3");
            assertThat(rest.newestFailure(job).orElseThrow().timestamp()).isPositive();
            flink.cancel(job);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldKeepItsWebPageOnThisMachine() {
        Configuration options = options("restart-strategy.type", "none");
        try (EmbeddedFlink flink = EmbeddedFlink.start(options, 1)) {
            URI page = flink.webPage();

            assertThat(page.getHost()).isIn("localhost", "127.0.0.1");
            assertThat(page.getPort()).isPositive();
        }
    }

    private static JobID submitFailing(EmbeddedFlink flink, Configuration options) {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(options);
        environment
                .fromSequence(2, 10)
                .map(number -> {
                    if (number % 2 == 1) {
                        throw new IllegalArgumentException("numbers must be even: number=" + number);
                    }
                    return number;
                })
                .returns(Types.LONG)
                .sinkTo(new DiscardingSink<>());
        return flink.submit(environment, "fails");
    }

    private Configuration options(String key, String value) {
        return FlinkOptions.effective(Map.of(key, value), folder);
    }
}

package perennial.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.kubernetes.operator.api.FlinkDeployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.jobs.deploy.ComposeFile;
import perennial.jobs.deploy.FlinkDeployments;

/** A job that fails is tried again in one way, wherever it is deployed: what is measured with one of the ways holds for the others. */
class RestartsTest {

    @Test
    void shouldBeTheSameOnEveryClusterThatWeDescribe(@TempDir Path folder) throws Exception {
        Map<String, Map<String, String>> places = new TreeMap<>();
        ClusterFolder files = new ClusterFolder(folder);
        files.create();
        FlinkFiles.write(files, Map.of(), new ClusterSpec(folder, List.of(), folder, false, 1, 512, 0, 0), 1, 2);
        places.put(
                "cluster start",
                GlobalConfiguration.loadConfiguration(files.flink().toString()).toMap());
        ComposeFile compose = ComposeFile.read();
        for (String service : List.of("jobmanager", "watch-jobmanager")) {
            places.put("compose.yaml " + service, compose.flinkProperties(service));
        }
        for (Map.Entry<String, FlinkDeployment> job : FlinkDeployments.all().entrySet()) {
            places.put(job.getKey(), FlinkDeployments.options(job.getValue()));
        }
        places.values().forEach(options -> options.keySet().removeIf(key -> !key.startsWith("restart-strategy.")));

        assertThat(places.get("cluster start"))
                .containsEntry("restart-strategy.type", "exponential-delay")
                .containsEntry("restart-strategy.exponential-delay.max-backoff", "3s");
        assertThat(places).hasSizeGreaterThan(10).allSatisfy((place, restarts) -> assertThat(restarts)
                .isEqualTo(places.get("cluster start")));
    }
}

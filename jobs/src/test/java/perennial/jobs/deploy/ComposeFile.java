package perennial.jobs.deploy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code deploy/compose/compose.yaml}, its aliases and merged keys resolved. */
public final class ComposeFile {

    static final Path FILE = Path.of("../deploy/compose/compose.yaml");

    private final Map<String, Object> content;

    private ComposeFile(Map<String, Object> content) {
        this.content = content;
    }

    public static ComposeFile read() throws IOException {
        try (Reader reader = Files.newBufferedReader(FILE)) {
            return new ComposeFile(new Yaml(new SafeConstructor(new LoaderOptions())).load(reader));
        }
    }

    /** Names of the services. */
    Set<String> services() {
        return section("services").keySet();
    }

    /** A service as it is written. */
    @SuppressWarnings("unchecked")
    Map<String, Object> service(String name) {
        return (Map<String, Object>) section("services").get(name);
    }

    @SuppressWarnings("unchecked")
    Map<String, Object> section(String name) {
        return (Map<String, Object>) content.get(name);
    }

    /** What the container of a service is told; empty where its image says it. */
    @SuppressWarnings("unchecked")
    public List<String> command(String service) {
        return (List<String>) service(service).getOrDefault("command", List.of());
    }

    /** The options that the Flink process of a service is given: those of its environment, and over them those of its command. */
    @SuppressWarnings("unchecked")
    public Map<String, String> flinkProperties(String service) {
        Map<String, String> environment = (Map<String, String>) service(service).get("environment");
        Map<String, String> options = new TreeMap<>();
        options.put("jobmanager.rpc.address", environment.get("JOB_MANAGER_RPC_ADDRESS"));
        environment.get("FLINK_PROPERTIES").lines().forEach(line -> {
            // As the image's entry point reads them.
            String[] parts = line.replaceAll("\\s", "").split(":", 2);
            options.put(parts[0], parts[1]);
        });
        List<String> words = command(service);
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals("-D")) {
                String[] parts = words.get(i + 1).split("=", 2);
                options.put(parts[0], parts[1]);
            }
        }
        return options;
    }
}

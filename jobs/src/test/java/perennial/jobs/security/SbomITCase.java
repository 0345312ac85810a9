package perennial.jobs.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The list of what is delivered, as the build has just written it beside the jar. */
class SbomITCase {

    private static final Pattern PURL =
            Pattern.compile("pkg:maven/([^/]+)/([^@]+)@([^?]+)(?:\\?(?:classifier=([^&]+)&)?type=jar)?");

    /** Of each jar in the list, by its file name. */
    private static final TreeMap<String, JsonNode> listed = new TreeMap<>();

    @BeforeAll
    static void readList() throws IOException {
        JsonNode list =
                new ObjectMapper().readTree(Path.of("target/sbom.cdx.json").toFile());
        for (JsonNode component : list.path("components")) {
            Matcher purl = PURL.matcher(component.path("purl").asText());
            assertThat(purl.matches()).as(component.path("purl").asText()).isTrue();
            String classifier = purl.group(4) == null ? "" : "-" + purl.group(4);
            listed.put(purl.group(2) + "-" + purl.group(3) + classifier + ".jar", component);
        }
    }

    @Test
    void shouldListWhatIsDelivered() throws IOException {
        String classPath;
        try (JarFile jar = new JarFile(Path.of("target/perennial.jar").toFile())) {
            classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
        }
        Set<String> delivered = new TreeSet<>();
        for (String entry : classPath.split(" ")) {
            delivered.add(entry.replaceFirst("^lib/", ""));
        }

        assertThat(listed.keySet()).isEqualTo(delivered);
        assertThat(delivered).hasSizeGreaterThan(100);
    }

    @Test
    void shouldGiveALicenceThatMayBeDeliveredWithOurs() {
        listed.forEach((jar, component) -> {
            Set<String> licences = new TreeSet<>();
            component
                    .path("licenses")
                    .forEach(licence -> licences.add(
                            licence.has("expression")
                                    ? licence.path("expression").asText()
                                    : licence.path("license")
                                            .path("id")
                                            .asText(licence.path("license")
                                                    .path("name")
                                                    .asText())));
            assertThat(licences).as(jar).isNotEmpty();
            // Where several are given, one may be chosen.
            assertThat(licences).as(jar).anyMatch(licence -> !licence.matches("(?i)[AS]?GPL.*|GNU General.*|SSPL.*"));
        });
    }

    @Test
    void shouldGiveAHashOfWhatComesFromOthers() {
        listed.forEach((jar, component) -> assertThat(component.path("hashes"))
                .as(jar)
                .anyMatch(hash -> hash.path("alg").asText().equals("SHA-256")));
    }
}

package perennial.jobs.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Dockerfile, held against the pom and the files that it names. No image is built. */
class DockerfileTest {

    private static final Set<String> INSTRUCTIONS = Set.of("ARG", "FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV");

    private static List<String> instructions() throws IOException {
        return ImageFiles.dockerfile()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    @Test
    void shouldHaveInstructionsThatThereAre() throws IOException {
        Set<String> used = new TreeSet<>();
        instructions().forEach(line -> used.add(line.split(" ")[0]));

        assertThat(INSTRUCTIONS).containsAll(used);
    }

    @Test
    void shouldBeMadeOfTheVersionsThatTheBuildHas() throws IOException {
        assertThat(instructions())
                .contains("ARG FLINK_VERSION=" + Versions.of("flink"), "FROM flink:${FLINK_VERSION}-java17")
                .contains("FROM maven:3.9-eclipse-temurin-17 AS build");
        assertThat(Files.readString(Path.of("../pom.xml")))
                .contains("<maven.compiler.release>17</maven.compiler.release>", "<version>[3.8,)</version>");
        assertThat(ImageFiles.dockerfile())
                .contains("-t perennial:" + Versions.project() + " .")
                .contains("org.bytedeco:cuda:11.6-8.3-" + Versions.of("javacpp"));
    }

    @Test
    void shouldCopyWhatThereIs() throws IOException {
        List<String> sources = Pattern.compile("^COPY (?!--from)(?:--\\S+ )*(\\S+) \\S+$", Pattern.MULTILINE)
                .matcher(ImageFiles.dockerfile())
                .results()
                .map(found -> found.group(1))
                .filter(source -> !source.equals("."))
                .toList();

        assertThat(sources).containsExactly("deploy/image/perennial");
        for (String source : sources) {
            assertThat(Path.of("..").resolve(source)).isExecutable();
        }
        assertThat(ImageFiles.dockerfile())
                .contains("deploy/image/flink-libraries /flink-lib", "COPY --from=build /flink-lib/ ");
        assertThat(ImageFiles.FOLDER.resolve("flink-libraries")).isExecutable();
    }

    @Test
    void shouldNotRunAsRoot() throws IOException {
        List<String> users = Pattern.compile("^USER (\\w+)$", Pattern.MULTILINE)
                .matcher(ImageFiles.dockerfile())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(users).endsWith("flink");
    }

    @Test
    void shouldUnpackNativeLibrariesWhereNobodyElseWrites() throws Exception {
        assertThat(instructions())
                .anyMatch(line -> line.matches("RUN install -d -o flink -g flink -m 0700 /state /opt/flink/native"))
                .anyMatch(line -> line.startsWith("ENV PERENNIAL_NATIVE_FOLDER=/opt/flink/native "));
        assertThat(ComposeFile.read().flinkProperties("taskmanager"))
                .containsEntry(
                        "env.java.opts.taskmanager", "-Dorg.bytedeco.javacpp.cachedir=/opt/flink/native/javacpp");
    }
}

package perennial.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code perennial}, with a Maven and a Java that only say what they were asked for. */
class LauncherITCase {

    @TempDir
    private Path home;

    private Path jar;
    private Path source;

    @BeforeEach
    void makeAHome() throws IOException {
        Files.copy(Path.of("../perennial"), home.resolve("perennial"));
        jar = home.resolve("jobs/target/perennial.jar");
        source = home.resolve("jobs/src/main/java/Source.java");
        Files.createDirectories(jar.getParent());
        Files.createDirectories(source.getParent());
        Files.writeString(source, "source");
        script(
                "bin/mvn",
                "echo built >> \"$HOME_UNDER_TEST/builds\"",
                "touch \"$HOME_UNDER_TEST/jobs/target/perennial.jar\"");
        script(
                "bin/java",
                "case \"$*\" in *-version*) echo '    java.specification.version = 17' >&2 ;; *) echo \"ran $*\" ;; esac");
    }

    @Test
    void shouldBuildWhereTheJarIsMissingOrOlderThanItsSourcesAndNotOtherwise() throws Exception {
        assertThat(run("demo")).contains("building").contains("perennial.jobs.cli.Perennial demo");
        assertThat(builds()).isEqualTo(1);

        assertThat(run("demo")).doesNotContain("building").contains("perennial.jobs.cli.Perennial demo");
        assertThat(builds()).isEqualTo(1);

        changeSource();
        assertThat(run("demo")).contains("building").contains("ran ");
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void shouldNotBuildWhileAnotherProcessRunsTheJar() throws Exception {
        run("demo");
        changeSource();
        // Reads until its input ends; the jar stands on its command line as on that of a job.
        Process job = new ProcessBuilder("bash", "-c", "read -r line", "java", "-cp", jar + ":lib").start();
        try {
            assertThat(run("metrics", "tail"))
                    .contains("it is not built anew while it is in use: processes=" + job.pid() + ";")
                    .contains("perennial.jobs.cli.Perennial metrics tail");
            assertThat(builds()).isEqualTo(1);
            // Without a jar there is nothing that could change under anybody.
            Files.delete(jar);
            assertThat(run("metrics", "tail")).contains("building");
            assertThat(builds()).isEqualTo(2);
        } finally {
            job.destroyForcibly().waitFor();
        }

        changeSource();
        assertThat(run("metrics", "tail")).contains("building");
        assertThat(builds()).isEqualTo(3);
    }

    private void changeSource() throws IOException {
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(30)));
    }

    private String run(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("bash", home.resolve("perennial").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME_UNDER_TEST", home.toString());
        builder.environment().put("JAVA_HOME", home.toString());
        builder.environment().merge("PATH", home.resolve("bin") + ":", (path, bin) -> bin + path);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private int builds() throws IOException {
        return Files.readAllLines(home.resolve("builds")).size();
    }

    private void script(String name, String... lines) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, ("#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

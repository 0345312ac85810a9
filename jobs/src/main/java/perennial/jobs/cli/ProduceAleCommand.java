package perennial.jobs.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import perennial.jobs.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code perennial produce ale}. */
@Command(
        name = "ale",
        mixinStandardHelpOptions = true,
        description = {
            "Plays an Atari game, the configuration's section environment, and publishes the transitions; actors choose actions",
            "with the policies that the learners publish. Started again after a kill, it goes on with the next record, without gap",
            "or repeat."
        },
        footer = {
            "",
            "Examples:",
            "  perennial produce ale --config atari.yaml --rom breakout.bin",
            "  perennial produce ale --config atari.yaml --rom catch"
        })
public final class ProduceAleCommand implements Callable<Integer> {

    @Mixin
    private ActorOptions actorOptions;

    @Option(
            names = "--rom",
            paramLabel = "FILE|catch",
            description =
                    "Cartridge to play instead of the one that the configuration names; catch is a game that comes along.")
    private String rom;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return actorOptions.produce("ale/", romOverrides(), spec);
    }

    private List<String> romOverrides() {
        if (rom == null) {
            return List.of();
        }
        if (rom.equals("catch")) {
            return List.of("environment.name=ale/catch");
        }
        Path file = Path.of(rom);
        if (!Files.isRegularFile(file)) {
            throw UserException.usage("--rom must name a cartridge's file, or catch: " + rom + " is no file");
        }
        return List.of("environment.options.rom='" + file.toAbsolutePath() + "'");
    }
}

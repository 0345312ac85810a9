package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeriesTest {

    private record Point(long update, double value) {}

    @Test
    void shouldKeepEveryPointWhileThereIsRoom() {
        Series series = new Series(16);

        for (int i = 1; i <= 16; i++) {
            series.add(100L * i, i, i);
        }

        assertThat(points(series)).hasSize(16).contains(new Point(100, 1), new Point(1600, 16));
    }

    @Test
    void shouldKeepOneResolutionOverThePastAndTheNewestAsTheyCame() {
        Series series = new Series(64);

        for (int i = 1; i <= 100_000; i++) {
            series.add(i, Math.sin(i), i);
        }

        List<Point> points = points(series);
        assertThat(points).hasSizeLessThanOrEqualTo(64);
        List<Point> newest = points.subList(points.size() - 16, points.size());
        for (int i = 0; i < 16; i++) {
            assertThat(newest.get(i)).isEqualTo(new Point(99_985 + i, Math.sin(99_985 + i)));
        }
        // The rest is spread over the whole past.
        assertThat(points.subList(0, points.size() - 16))
                .extracting(point -> point.update / 20_000)
                .contains(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void shouldLoseNoPeakAndNoValueThatIsNoNumber() {
        Series series = new Series(32);

        for (int i = 1; i <= 10_000; i++) {
            series.add(i, i == 1234 ? 1e9 : i == 4321 ? -1e9 : i == 7777 ? Double.NaN : 1, i);
        }

        assertThat(points(series)).contains(new Point(1234, 1e9), new Point(4321, -1e9), new Point(7777, Double.NaN));
    }

    @Property
    void shouldOnlyHoldPointsThatWereAddedInTheirOrder(
            @ForAll long seed, @ForAll @IntRange(min = 16, max = 300) int capacity) {
        Random random = new Random(seed);
        Series series = new Series(capacity);
        Map<Long, Double> added = new TreeMap<>();
        long update = 0;
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;

        for (int i = 1; i <= 2000; i++) {
            update += 1 + random.nextInt(1000);
            double value = random.nextGaussian();
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
            added.put(update, value);
            series.add(update, value, i);
        }

        List<Point> points = points(series);
        assertThat(points).hasSizeBetween(capacity / 4, capacity);
        assertThat(points).allMatch(point -> added.get(point.update).equals(point.value));
        assertThat(points).extracting(Point::update).isSorted().doesNotHaveDuplicates();
        assertThat(points).extracting(Point::value).contains(least, greatest);
        assertThat(points.get(points.size() - 1).update).isEqualTo(update);
    }

    @Test
    void shouldDropWhatIsReportedAgain() {
        Series series = new Series(16);
        series.add(100, 1, 1);
        series.add(200, 2, 2);
        series.add(300, 3, 3);

        series.truncate(200);
        series.add(200, 2.5, 4);

        assertThat(points(series)).containsExactly(new Point(100, 1), new Point(200, 2.5));
    }

    @Test
    void shouldFindWhatCameAfterARecord() {
        Series series = new Series(16);
        series.add(100, 1, 5);
        series.add(200, 2, 9);

        assertThat(series.firstAfter(4)).isZero();
        assertThat(series.firstAfter(5)).isEqualTo(1);
        assertThat(series.firstAfter(8)).isEqualTo(1);
        assertThat(series.firstAfter(9)).isEqualTo(2);
    }

    @Test
    void shouldGiveUpPointsWhenItGetsLessRoom() {
        Series series = new Series(512);
        for (int i = 1; i <= 512; i++) {
            series.add(i, i == 77 ? 5 : 0, i);
        }

        series.resize(64);

        assertThat(points(series)).hasSizeLessThanOrEqualTo(64).contains(new Point(77, 5), new Point(512, 0));
    }

    @Test
    void shouldRefusePointsOutOfOrder() {
        Series series = new Series(16);
        series.add(100, 1, 1);

        assertThatThrownBy(() -> series.add(100, 1, 2)).hasMessageContaining("update=100 after=100");
        assertThatThrownBy(() -> new Series(8)).hasMessageContaining("capacity=8");
    }

    private static List<Point> points(Series series) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            points.add(new Point(series.update(i), series.value(i)));
        }
        return points;
    }
}

/**
 * What keeps learners going that make their events themselves: a source of tickets, each the permission to take in the next few.
 * Imports Flink and the packages {@code streaming.assign} and {@code streaming.types}.
 */
package perennial.streaming.feed;

package search

import "strings"

// slightWords say little of what somebody looks for: nouns that need another, auxiliaries, questions, degrees, articles.
// They weigh less where not all words of a query are found; read only.
var slightWords = composeSlightWords()

func composeSlightWords() map[string]bool {
	table := map[string]bool{}
	for w := range strings.FieldsSeq("것 거 수 곳 때 법 중 점 데 줄 등 번 이 그 저 내 제 우리 나 너 " +
		"있는 있나요 있을까요 있어요 있다 없는 없나요 없어요 없다 하는 하나요 할까요 해요 하고 되나요 될까요 돼요 같은 같아요 싶은 싶어요 위한 대한 대해 " +
		"무엇 뭐 뭘 무슨 어떤 어떻게 어디 어디서 어느 언제 누가 왜 얼마나 몇 " +
		"너무 아주 정말 진짜 매우 제일 가장 더 덜 잘 좀 꼭 또 다시 많이 조금 안 못 " +
		"그리고 그런데 하지만 그래서 또는 및 주세요 " +
		"a an the of for to in on at by with from and or is are was were be it its my your our their his her this that these those " +
		"how what which who where when why do does did can could should would will i you we they me us so very too much many more most") {
		table[w] = true
	}
	return table
}

func isSlight(word string) bool {
	word = fold(word)
	return slightWords[word] || isOneSyllable(word)
}

func isOneSyllable(word string) bool {
	r := []rune(word)
	return len(r) == 1 && isSyllable(r[0])
}

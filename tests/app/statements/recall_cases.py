"""Facts with questions that they matter for, and questions that none of them matters for. Test data."""

from __future__ import annotations

# (fact, questions it matters for)
FACTS_WITH_QUESTIONS = (
    ("I'm vegetarian", ("What should I cook for dinner tonight?", "Suggest a quick lunch with protein")),
    ("I'm allergic to peanuts", ("Which snacks can I take on a hike?", "Give me a recipe for a Thai curry")),
    ("I live in Oslo", ("What can I do outdoors this weekend?", "When does the sun set where I live?")),
    (
        "I have two kids, four and seven",
        ("Ideas for a rainy Sunday at home with children", "Plan a family trip"),
    ),
    (
        "I work as a nurse on night shifts",
        ("How can I sleep better during the day?", "Help me plan my work week"),
    ),
    ("I'm training for a marathon", ("How should I run this month?", "What should I eat before exercise?")),
    ("I have type 1 diabetes", ("Is it fine to fast for a day?", "Which dessert is okay for me?")),
    (
        "I write Python at work",
        ("How do I sort a list in code?", "Which language should I learn for programming next?"),
    ),
    (
        "I have a dog called Bruno",
        ("What should I consider when renting a holiday home with a pet?", "Is chocolate bad for dogs?"),
    ),
    (
        "My budget for food is 50 euros a week",
        ("Make a shopping list for the week", "How can I eat cheaply?"),
    ),
    (
        "I'm learning Spanish",
        ("Suggest a film to practise a language", "How do I remember foreign vocabulary?"),
    ),
    ("I don't have a car", ("How do I get to the mountains?", "What is the best way to commute?")),
    ("I'm a beginner at chess", ("Which chess opening should I play?", "Explain the Sicilian defence")),
    ("I have a bad knee", ("Which sport should I take up?", "Give me a leg workout")),
    (
        "My favourite colour is green",
        ("Which colour should I paint my bedroom?", "What colour of jacket suits me?"),
    ),
    (
        "I use Linux on all my computers",
        ("How do I install a program on my computer?", "Which laptop should I buy?"),
    ),
    ("I don't drink alcohol", ("What can I serve to drink at a party?", "Suggest a drink for a celebration")),
    ("My wife's name is Ida", ("Write a birthday note to my wife", "What present could I give my wife?")),
)
UNRELATED = (
    "Why is the sky blue?",
    "What is the capital of Mongolia?",
    "Explain the French Revolution",
    "How do magnets work?",
    "What is the derivative of x squared?",
    "Who wrote War and Peace?",
    "What is inflation?",
    "How old is the universe?",
    "Explain how a bill becomes law",
    "What causes earthquakes?",
    "Summarise the plot of Hamlet",
    "What is the difference between weather and climate?",
    "How does a nuclear reactor work?",
    "Write a poem about the moon",
    "What does 'ubiquitous' mean?",
)
